// The device's answers to one offer.

import BrokerLink
import Dialects
import Traffic

/// Waits for the end of one offered upgrade.
struct OfferAnswer: Sendable {
    let plan: OfferPlan
    let dialect: Dialect
    let commandID: String

    /// Reports every answer in words until the device claims an end or has been silent for too long.
    ///
    /// - Returns: whether it claims success.
    func wait(for client: BrokerClient, _ report: @escaping @Sendable (String) -> Void) async throws -> Bool {
        let (arrivals, queue) = AsyncStream.makeStream(of: Arrival.self)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            defer { group.cancelAll() }
            group.addTask {
                for await delivery in client.deliveries {
                    if let event = read(delivery) { queue.yield(.answer(event)) }
                }
                queue.finish()
            }
            var iterator = arrivals.makeAsyncIterator()
            for turn in 0... {
                let timer = Task {
                    try await Task.sleep(for: plan.maxWait)
                    queue.yield(.silence(turn: turn))
                }
                defer { timer.cancel() }
                switch await iterator.next() {
                case .answer(let event):
                    report("\(event.kind.rawValue): \(EventWords.text(of: event))")
                    if let isOK = verdict(of: event) { return isOK }
                case .silence(let silent) where silent == turn: throw silence
                case .silence: continue
                case nil: throw try await loss(of: client)
                }
            }
            preconditionFailure("the loop above has no end of its own")
        }
    }

    private enum Arrival: Sendable {
        case answer(UpgradeEvent)
        /// The time of this turn is up; a later turn takes no notice.
        case silence(turn: Int)
    }

    /// Whether the upgrade ended well; `nil` while it has not ended.
    private func verdict(of event: UpgradeEvent) -> Bool? {
        switch event.kind {
        case .reject: false
        case .result where !event.isSoft: event.isOK == true
        default: nil
        }
    }

    private func loss(of client: BrokerClient) async throws -> RunError {
        try await client.waitForEnd().map(RunError.init)
            ?? RunError(
                .unreachable,
                "The connection to \(plan.broker) ended before the device had answered."
            )
    }

    private func read(_ delivery: Delivery) -> UpgradeEvent? {
        guard let event = dialect.read(Message(delivery)), event.deviceID == plan.deviceID else { return nil }
        guard event.commandID == nil || event.commandID == commandID else { return nil }
        return dialect.direction(of: event.rule) == .up ? event : nil
    }

    private var silence: RunError {
        RunError(
            .unreachable,
            "Device \(plan.deviceID) was silent for \(plan.maxWait.seconds) s; is it connected to \(plan.broker), and does "
                + "it speak \(dialect.name)?"
        )
    }
}
