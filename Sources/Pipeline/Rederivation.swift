// Sessions from stored evidence: the same tracker, fed from the store in recorded order.

public import Dialects
import Sessions
public import Store
import Traffic

/// Derives all sessions of a store again from its messages and transfers.
///
/// Sessions belong to the store, not to a recording: evidence of one upgrade may come from several sources, one
/// after the other. Reading everything in recorded order makes the order of importing irrelevant.
public enum Rederivation {
    /// Replaces the store's sessions by those that its evidence gives with these dialects.
    ///
    /// Sessions keep their numbers. Payloads are read again from their bytes, so that a newer dialect counts.
    /// - Throws: what the store throws.
    public static func run(_ store: UpgradeStore, dialects: DialectSet) throws {
        var tracker = SessionTracker(rules: dialects.sessionRules)
        var end = Timestamp(nanoseconds: 0)
        try store.forEachEvidence { evidence in
            end = max(end, evidence.at)
            switch evidence {
            case .message(let stored):
                guard let event = dialects.read(stored.message) else { return }
                _ = tracker.receive(stored.message, id: stored.id, event: event)
            case .transfer(let stored):
                _ = tracker.receive(stored.transfer, id: stored.id, recordingID: stored.recordingID)
            }
        }
        tracker.finish(at: end)
        let derived = tracker.takeChanges().derivedSessions
        try store.replaceSessions { replacement in
            for session in derived { try replacement.add(session) }
        }
    }
}
