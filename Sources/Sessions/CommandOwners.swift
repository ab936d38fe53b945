// Which device a command is about, where a message names only the command. dialects.md §6, requirement 8.

import DequeModule
import Dialects

/// Devices of commands whose ids are global, and messages that wait until theirs is known; both bounded.
struct CommandOwners: Sendable {
    private struct Command: Hashable {
        var dialect: String
        var id: String
    }

    private struct Held {
        var sight: MessageSight
        var event: UpgradeEvent
    }

    /// Messages that wait at most.
    private static let waitingLimit = 1_024

    private var devices: [Command: String] = [:]
    private var order: Deque<Command> = []
    private var waiting: [Command: [Held]] = [:]
    private var waitingCount = 0
    /// A list, since it is short and looked at for every message.
    private let dialects: [String]
    private let limit: Int

    /// Remembers as many commands of the dialects whose ids are global.
    init(rules: [String: SessionRules], limit: Int) {
        dialects = rules.filter { $0.value.correlation.scope == .global }.keys.sorted()
        self.limit = limit
    }

    /// Whether a dialect has global ids, so that there is something to do.
    func concerns(_ dialect: String) -> Bool { dialects.contains(dialect) }

    /// The event with the device that its command is about; `nil` while none is known: then it waits.
    mutating func attributed(_ event: UpgradeEvent, _ sight: MessageSight) -> UpgradeEvent? {
        guard let id = event.commandID else { return event }
        let command = Command(dialect: event.dialect, id: id)
        guard event.deviceID.isEmpty else {
            remember(event.deviceID, of: command)
            return event
        }
        guard let device = devices[command] else {
            // Beyond what may wait, a message is filed as it is: of no device that is known.
            return wait(Held(sight: sight, event: event), for: command) ? nil : event
        }
        var event = event
        event.deviceID = device
        return event
    }

    /// The messages that waited for this event's command, which names its device.
    mutating func takeWaiting(for event: UpgradeEvent) -> [(sight: MessageSight, event: UpgradeEvent)] {
        guard waitingCount > 0, let id = event.commandID else { return [] }
        let found = waiting.removeValue(forKey: Command(dialect: event.dialect, id: id)) ?? []
        waitingCount -= found.count
        return found.map { ($0.sight, $0.event) }
    }

    private mutating func remember(_ device: String, of command: Command) {
        guard devices.updateValue(device, forKey: command) == nil else { return }
        order.append(command)
        if order.count > limit, let oldest = order.popFirst() { devices[oldest] = nil }
    }

    /// Has a message wait; whether there was room for it.
    private mutating func wait(_ message: Held, for command: Command) -> Bool {
        guard waitingCount < Self.waitingLimit else { return false }
        waiting[command, default: []].append(message)
        waitingCount += 1
        return true
    }
}
