// What a connection leaves for its client: deliveries, and the news of its end.

import Synchronization
import Waiting

/// The bounded queue between the loop thread and the reader of one client.
final class Mailbox: Sendable {
    /// Why the connection ended; `nil` inside when it was asked to.
    let end = Settlement<BrokerError?>()
    /// The reader's side.
    let deliveries: AsyncStream<Delivery>

    private let writer: AsyncStream<Delivery>.Continuation
    private let sink: BrokerClient.Sink?
    private let dropCount = Atomic<Int64>(0)
    private let receivedCount = Atomic<Int64>(0)

    init(limit: Int, sink: BrokerClient.Sink?) {
        // .bufferingOldest keeps what waits and drops the newest, so what is read has no holes but at its end.
        (deliveries, writer) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(max(1, limit)))
        self.sink = sink
    }

    /// Whether deliveries go to a sink, turn by turn.
    var hasSink: Bool { sink != nil }

    /// Deliveries that found the queue full.
    var dropped: Int64 { dropCount.load(ordering: .relaxed) }

    /// Deliveries that were handed over, taken or not.
    var received: Int64 { receivedCount.load(ordering: .relaxed) }

    /// The error for what is asked of a connection that is no more.
    var endedError: BrokerError {
        if let reason = end.settled, let reason { return reason }
        return BrokerError(.disconnected, "The client has been disconnected; connect a new one.")
    }

    /// Hands over what one turn received; whether it may be acknowledged.
    func put(_ batch: DeliveryBatch) -> Bool {
        receivedCount.add(Int64(batch.entries.count), ordering: .relaxed)
        if let sink { return sink(batch) }
        for entry in batch.entries {
            if case .dropped = writer.yield(Delivery(entry, of: batch)) {
                dropCount.add(1, ordering: .relaxed)
            }
        }
        return true
    }

    /// Tells the client that the connection has ended.
    func close(_ reason: BrokerError?) {
        end.settle(reason)
        writer.finish()
    }
}
