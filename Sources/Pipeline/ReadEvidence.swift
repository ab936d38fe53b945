// Evidence with what the dialects read in it, on its way from a source to the ingest.

import Dialects
import Sessions
import Store
import Traffic

/// A batch of evidence whose messages were read.
///
/// Messages that no dialect claims are counted, and kept where somebody asked for them. Ids are not given yet: `MessageRow.id` and
/// `MessageSight.id` are 0 until the ingest gives them.
struct ReadEvidence: Sendable {
    /// The messages kept, in the order they became readable.
    private(set) var rows = MessageRows()
    /// For each of the rows, how it was seen.
    private(set) var sights: [MessageSight] = []
    /// For each of the rows, what it says.
    private(set) var events: [UpgradeEvent] = []
    /// What else messages say that state several events, by the place of their row, ascending.
    private(set) var further: [(place: Int, event: UpgradeEvent)] = []
    /// Messages that were asked for and that no dialect claims.
    private(set) var unclaimed = MessageRows()
    /// The recording that saw the messages, and how many they were, those not kept included.
    private(set) var seen: (recordingID: Int64, count: Int64)?
    /// The recording whose spool the messages came from, and how far the spool is read with them.
    var spooled: (recordingID: Int64, position: Int64)?
    /// Measured downloads and the recordings that saw them.
    fileprivate(set) var transfers: [(transfer: Transfer, recordingID: Int64)] = []
    /// MQTT connections that were opened, introduced themselves or ended.
    fileprivate(set) var connections: [(connection: Connection, recordingID: Int64)] = []
    /// Servers that were not reached, and the recordings that saw it.
    fileprivate(set) var unreached: [StoredUnreached] = []

    var isEmpty: Bool {
        seen == nil && transfers.isEmpty && connections.isEmpty && unreached.isEmpty
    }

    /// Removes everything; the memory serves the next batch.
    mutating func removeAll() {
        rows.removeAll(keepingCapacity: true)
        sights.removeAll(keepingCapacity: true)
        events.removeAll(keepingCapacity: true)
        further.removeAll(keepingCapacity: true)
        unclaimed.removeAll(keepingCapacity: true)
        transfers.removeAll(keepingCapacity: true)
        connections.removeAll(keepingCapacity: true)
        unreached.removeAll(keepingCapacity: true)
        seen = nil
        spooled = nil
    }

    fileprivate mutating func count(_ publishes: [EvidenceBatch.Publish]) {
        guard let first = publishes.first else { return }
        seen = (first.vantage.recordingID, (seen?.count ?? 0) + Int64(publishes.count))
    }

    fileprivate mutating func add(
        _ publish: EvidenceBatch.Publish,
        _ topic: RawSpan,
        _ payload: RawSpan,
        _ reading: borrowing DialectReader.Reading
    ) {
        rows.append(
            MessageRow(publish, topicHash: reading.topicHash),
            topic: topic,
            payload: payload,
            event: reading.event
        )
        events.append(reading.event)
        for event in reading.further { further.append((events.count - 1, event)) }
        sights.append(
            MessageSight(
                id: 0,
                recordedAt: publish.recordedAt,
                vantage: publish.vantage,
                direction: publish.direction,
                clientID: publish.clientID,
                client: publish.client,
                qos: publish.qos,
                isDuplicate: publish.isDuplicate,
                isRetained: publish.isRetained,
                fingerprint: MessageFingerprint(topic: topic, payload: payload)
            )
        )
    }
}

extension ReadEvidence {
    fileprivate mutating func keep(_ publish: EvidenceBatch.Publish, _ topic: RawSpan, _ payload: RawSpan) {
        var hasher = Hasher()
        topic.withUnsafeBytes { hasher.combine(bytes: $0) }
        let row = MessageRow(publish, topicHash: UInt64(bitPattern: Int64(hasher.finalize())))
        unclaimed.append(row, topic: topic, payload: payload, reading: nil)
    }
}

private extension MessageRow {
    init(_ publish: EvidenceBatch.Publish, topicHash: UInt64) {
        self.init(
            id: 0,
            vantage: publish.vantage,
            topicHash: topicHash,
            recordedAt: publish.recordedAt,
            direction: publish.direction,
            qos: publish.qos,
            isRetained: publish.isRetained,
            isDuplicate: publish.isDuplicate,
            packetID: publish.packetID
        )
    }
}

/// Reads a source's evidence with the dialects; each source has its own, so that sources are read side by side.
struct EvidenceReader: ~Copyable {
    private var dialects: DialectReader
    private let asked: SubscribedTopics?

    /// A reader that keeps what the dialects claim, and of the rest what was asked for.
    init(_ dialects: DialectSet, keeping asked: SubscribedTopics? = nil) {
        self.dialects = DialectReader(dialects)
        self.asked = asked
    }

    /// Adds a batch to what was read; `evidence` is empty afterwards, and its memory serves the next batch.
    mutating func read(_ evidence: inout EvidenceBatch, into read: inout ReadEvidence) {
        for publish in evidence.publishes {
            let topic = evidence.topic(of: publish)
            let payload = evidence.payload(of: publish)
            let reading = dialects.read(
                topic: topic,
                payload: payload,
                at: publish.recordedAt,
                on: ClientLeg(clientID: publish.clientID, direction: publish.direction)
            )
            if let reading {
                read.add(publish, topic, payload, reading)
            } else if asked?.holds(topic) == true {
                read.keep(publish, topic, payload)
            }
        }
        read.count(evidence.publishes)
        read.transfers += evidence.transfers
        read.connections += evidence.connections
        read.unreached += evidence.unreached
        evidence.removeAll()
    }
}
