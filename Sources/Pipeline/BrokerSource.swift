// Records from a broker: our own subscription, delivery by delivery into the ingest.

import BrokerLink
import Dialects
import Traffic

/// A subscription that feeds one recording.
struct BrokerSource {
    private let client: BrokerClient
    private let recordingID: Int64

    /// Connects and subscribes; when it returns, everything published from then on is seen.
    static func open(
        _ address: BrokerAddress,
        topics: [String],
        qos: QoS,
        recordingID: Int64
    ) async throws(RunError) -> BrokerSource {
        do {
            let client = try await BrokerClient.connect(to: address, options: ClientOptions(), on: .shared)
            try await client.subscribe(to: topics, qos: qos)
            return BrokerSource(client: client, recordingID: recordingID)
        } catch {
            throw RunError(error)
        }
    }

    /// Files deliveries until the subscription ends.
    ///
    /// - Returns: why it ended, when it was not closed.
    func run(into ingest: Ingest, reading dialects: DialectSet) async throws -> RunError? {
        var reader = EvidenceReader(dialects)
        var batch = EvidenceBatch()
        var evidence = ReadEvidence()
        for await delivery in client.deliveries {
            batch.add(delivery, recordingID: recordingID)
            reader.read(&batch, into: &evidence)
            try await ingest.receive(evidence)
            evidence.removeAll()
        }
        return try await client.waitForEnd().map(RunError.init)
    }

    /// Messages that were dropped because they were not taken in time.
    var queueDrops: Int64 { client.droppedDeliveries }

    /// Ends the subscription once everything that the broker handled before has arrived.
    func close() async {
        // The broker answers in order on one connection: what it had for us comes before this SUBACK. A failure
        // means the connection is gone already, and nothing more can come.
        try? await client.subscribe(to: ["otatape/end-of-recording"], qos: .atMostOnce)
        await client.disconnect()
    }
}

private extension EvidenceBatch {
    /// Adds a delivery of our own subscription.
    mutating func add(_ delivery: Delivery, recordingID: Int64) {
        add(
            Publish(
                recordedAt: delivery.receivedAt,
                vantage: Vantage(recordingID: recordingID, connection: 0),
                direction: .fromBroker,
                qos: delivery.qos,
                isRetained: delivery.isRetained,
                isDuplicate: delivery.isDuplicate,
                packetID: delivery.packetID
            ),
            topic: delivery.topic.span.bytes,
            payload: delivery.payload.span.bytes
        )
    }
}
