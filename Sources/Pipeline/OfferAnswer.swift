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
        let (answers, queue) = AsyncStream.makeStream(of: UpgradeEvent?.self)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            defer { group.cancelAll() }
            group.addTask {
                for await delivery in client.deliveries {
                    if let event = read(delivery) { queue.yield(event) }
                }
                queue.finish()
            }
            var next = answers.makeAsyncIterator()
            while true {
                let timer = Task {
                    try await Task.sleep(for: plan.maxWait)
                    queue.yield(nil)
                }
                defer { timer.cancel() }
                guard let event = await next.next() ?? nil else { throw silence }
                report("\(event.kind.rawValue): \(EventWords.text(of: event))")
                if event.kind == .reject { return false }
                if event.kind == .result, !event.isSoft { return event.isOK == true }
            }
        }
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
