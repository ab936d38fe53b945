// New messages of a batch: rows in one block, their bytes in another, both used again and again.

public import Dialects
import Traffic

/// Messages to be kept, in the order they were appended.
///
/// Appending allocates nothing once the two blocks have grown to a batch's size.
public struct MessageRows: Sendable {
    /// Bytes that the slab may keep from batch to batch; a batch of larger payloads gives its memory back.
    private static let keptBytes = 16 << 20

    /// The rows.
    public private(set) var rows: [MessageRow] = []
    /// Topics, payloads and texts, one message after the other.
    private(set) var slab: [UInt8] = []
    /// What read the messages; few, and kept when the rows are removed.
    private(set) var rules: [StoredRule] = []

    /// No messages.
    public init() {}

    /// Messages as they were read back, for callers that have few.
    public init(_ messages: some Sequence<StoredMessage>) {
        for message in messages { append(message) }
    }

    /// How many messages there are.
    public var count: Int { rows.count }

    /// Bytes of all messages together.
    public var byteCount: Int { slab.count }

    /// Whether there is none.
    public var isEmpty: Bool { rows.isEmpty }

    /// Adds a message and copies its bytes.
    ///
    /// - Complexity: O(bytes); no allocation while both blocks have room.
    public mutating func append(
        _ row: MessageRow,
        topic: RawSpan,
        payload: RawSpan,
        reading: MessageReading?
    ) {
        var row = row
        keep(topic, payload, of: &row)
        row.reading = reading.map { keep($0, rule: place(of: $0.event, $0.rule, $0.dialect)) }
        rows.append(row)
    }

    /// Adds a message with what was read in it, as `MessageReading(event)` has it, and copies its bytes.
    ///
    /// - Complexity: O(bytes); no allocation while both blocks have room.
    public mutating func append(
        _ row: MessageRow,
        topic: RawSpan,
        payload: RawSpan,
        event: UpgradeEvent
    ) {
        var row = row
        keep(topic, payload, of: &row)
        row.reading = keep(event, rule: place(of: event.kind, event.rule, event.dialect))
        rows.append(row)
    }

    /// Adds a message that stands by itself; its links are no part of it.
    public mutating func append(_ stored: StoredMessage) {
        let message = stored.message
        var hasher = Hasher()
        message.topic.withUnsafeBytes { hasher.combine(bytes: $0) }
        let row = MessageRow(
            id: stored.id,
            vantage: message.vantage,
            topicHash: UInt64(bitPattern: Int64(hasher.finalize())),
            recordedAt: message.recordedAt,
            direction: message.direction,
            qos: message.qos,
            isRetained: message.isRetained,
            isDuplicate: message.isDuplicate,
            packetID: message.packetID
        )
        append(
            row,
            topic: message.topic.span.bytes,
            payload: message.payload.span.bytes,
            reading: stored.reading
        )
    }

    /// Adds all messages of another block; they get ids from `firstID` on.
    ///
    /// - Complexity: O(rows), and one copy of the other's bytes.
    public mutating func append(contentsOf other: MessageRows, firstID: Int64) {
        let rulePlaces = other.rules.map { place(of: $0.event, $0.name, $0.dialect) }
        let start = slab.count
        slab.append(contentsOf: other.slab)
        rows.reserveCapacity(rows.count + other.count)
        var id = firstID
        for var row in other.rows {
            row.id = id
            row.start += start
            if let rule = row.reading?.rule { row.reading?.rule = rulePlaces[rule] }
            rows.append(row)
            id += 1
        }
    }

    /// Removes all messages; with `keepingCapacity` their memory serves the next batch, as far as it is not excessive.
    public mutating func removeAll(keepingCapacity: Bool = false) {
        rows.removeAll(keepingCapacity: keepingCapacity)
        slab.removeAll(keepingCapacity: keepingCapacity && slab.capacity <= Self.keptBytes)
    }

    /// The topic of one of the rows.
    @_lifetime(borrow self)
    public func topic(of row: MessageRow) -> RawSpan { slab.span.bytes.extracting(row.topic) }

    /// The payload of one of the rows.
    @_lifetime(borrow self)
    public func payload(of row: MessageRow) -> RawSpan { slab.span.bytes.extracting(row.payload) }
}

private extension MessageRows {
    mutating func keep(_ topic: RawSpan, _ payload: RawSpan, of row: inout MessageRow) {
        row.start = slab.count
        row.topicCount = topic.byteCount
        row.payloadCount = payload.byteCount
        topic.withUnsafeBytes { slab.append(contentsOf: $0) }
        payload.withUnsafeBytes { slab.append(contentsOf: $0) }
    }

    mutating func keep(_ figures: some MessageFigures, rule: Int) -> MessageRow.Reading {
        MessageRow.Reading(
            rule: rule,
            deviceCount: keep(figures.deviceID),
            commandCount: figures.commandID.map { keep($0) },
            versionCount: figures.version.map { keep($0) },
            codeCount: figures.code.map { keep($0) },
            claimedAt: figures.claimedAt,
            percent: figures.percent,
            downloadedBytes: figures.downloadedBytes,
            totalBytes: figures.totalBytes,
            bytesPerSecond: figures.bytesPerSecond,
            isOK: figures.isOK
        )
    }

    mutating func keep(_ text: String) -> Int32 {
        let start = slab.count
        // In one piece where the text lies in one, as Swift's own strings do.
        if text.utf8.withContiguousStorageIfAvailable({ slab.append(contentsOf: $0) }) == nil {
            slab.append(contentsOf: text.utf8)
        }
        return Int32(slab.count - start)
    }

    /// Few rules have the same event and as long a name, so that comparing these first leaves few names to compare.
    mutating func place(of event: UpgradeEvent.Kind, _ name: String, _ dialect: String) -> Int {
        for place in rules.indices where rules[place].event == event {
            let rule = rules[place]
            if rule.name.utf8.count == name.utf8.count, rule.name == name, rule.dialect == dialect {
                return place
            }
        }
        rules.append(StoredRule(dialect: dialect, name: name, event: event))
        return rules.count - 1
    }
}
