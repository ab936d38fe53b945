// A stored session with its evidence, read again from the bytes.

import Dialects
import Sessions
import Store
import Traffic

extension SessionTrace {
    /// The stored session's trace: copies and transport duplicates left out, payloads read with today's dialects.
    init(_ stored: StoredSession, in store: UpgradeStore, dialects: DialectSet) throws(StoreError) {
        let entries = try store.evidence(ofSession: stored.id).flatMap { evidence in
            Self.entries(evidence, of: stored.session, dialects: dialects)
        }
        self.init(session: stored.session, entries: entries)
    }

    private static func entries(
        _ evidence: StoredEvidence,
        of session: Session,
        dialects: DialectSet
    ) -> [Entry] {
        switch evidence {
        case .message(let stored):
            if stored.copyOf != nil || stored.isTransportDuplicate { return [] }
            return dialects.events(of: stored.message, on: session.key.deviceID).map {
                .message(stored.message, id: stored.id, event: $0)
            }
        case .transfer(let stored):
            return stored.copyOf == nil ? [.transfer(stored.transfer, id: stored.id)] : []
        case .unreached:
            return []
        }
    }

    /// Why the recording cannot be relied on, as a sentence; `nil` when it can.
    var doubt: String? {
        let missing = transfers.reduce(Int64(0)) { $0 + $1.exchange.missingBytes }
        let hasGap = transfers.contains { $0.exchange.end.isUnseen }
        guard missing > 0 || hasGap else { return nil }
        return "The capture misses \(missing > 0 ? "\(missing) bytes" : "a part") of the recorded download."
    }
}
