// Waits for turning points in a simulated device's life.

import DeviceSimulation
import Dialects

enum DeviceLife {
    /// Waits until what is offered arrives.
    static func waitForSubscription(_ facts: inout AsyncStream<DeviceFact>.Iterator) async throws(RunError) {
        while let fact = await facts.next(isolation: #isolation) {
            if fact == .subscribed { return }
        }
        throw RunError(.unreachable, "A simulated device ended before it had subscribed.")
    }

    /// Waits until the device has said the last word on its upgrade: its result, and the version it then runs.
    static func waitForEnd(
        _ facts: inout AsyncStream<DeviceFact>.Iterator,
        of member: DemoDevice
    ) async throws(RunError) {
        var hasResult = false
        while let fact = await facts.next(isolation: #isolation) {
            guard case .published(let event) = fact else { continue }
            hasResult = hasResult || event.kind == .result
            let reportsVersion = member.succeeds && member.dialect == "jetlinks"
            if hasResult, !reportsVersion || event.kind == .version { return }
        }
        throw RunError(.unreachable, "The simulated device \(member.deviceID) ended before its upgrade had.")
    }
}
