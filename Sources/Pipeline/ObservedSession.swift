// The live side of a replay, seen through our own subscription and our own firmware host.

import BrokerLink
import Dialects
import Sessions
import Traffic

/// Gathers what a replay observes and makes a session of it by the rules that recordings go by.
struct ObservedSession: ~Copyable {
    private let dialects: DialectSet
    private var tracker: SessionTracker
    private var entries: [SessionTrace.Entry] = []
    private var nextID: Int64 = 1

    init(dialects: DialectSet) {
        self.dialects = dialects
        tracker = SessionTracker(rules: dialects.sessionRules)
    }

    /// Takes a message of our subscription; what it says first, when a dialect claims it.
    mutating func receive(_ delivery: Delivery) -> UpgradeEvent? {
        let message = Message(delivery)
        let events = dialects.events(of: message)
        let sight = MessageSight(message, id: nextID)
        for (number, event) in events.enumerated() {
            tracker.receive(sight.saying(eventNumber: number), event: event)
            entries.append(.message(message, id: nextID, event: event))
        }
        if !events.isEmpty { nextID += 1 }
        return events.first
    }

    /// Takes a download that our host served.
    mutating func receive(_ transfer: Transfer) {
        _ = tracker.receive(transfer, id: nextID, recordingID: 0)
        entries.append(.transfer(transfer, id: nextID))
        nextID += 1
    }

    /// Downloads that belong to no session: requests for what was not offered.
    func strayTransfers(beside trace: SessionTrace?) -> [Transfer] {
        let own = Set(trace?.transferIDs ?? [])
        return entries.compactMap { entry in
            guard case .transfer(let transfer, let id) = entry, !own.contains(id) else { return nil }
            return transfer
        }
    }

    /// The device's newest session with its evidence; `nil` when the device never took part.
    mutating func finish(device: String, at end: Timestamp) -> SessionTrace? {
        tracker.finish(at: end)
        let sessions = tracker.takeChanges().sessions.filter { $0.session.key.deviceID == device }
        guard let tracked = sessions.max(by: { $0.session.firstSeenAt < $1.session.firstSeenAt }) else {
            return nil
        }
        let own = Set(tracked.messages.lazy.filter { $0.role == .original }.map(\.id))
        let served = Set(tracked.transfers.map(\.id))
        return SessionTrace(
            session: tracked.session,
            entries: entries.filter { entry in
                switch entry {
                case .message(_, let id, _): own.contains(id)
                case .transfer(_, let id): served.contains(id)
                }
            }
        )
    }
}

private extension SessionTrace {
    var transferIDs: [Int64] {
        entries.compactMap { if case .transfer(_, let id) = $0 { id } else { nil } }
    }
}
