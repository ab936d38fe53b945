// Files what a store holds as if it were seen now.

import Dialects
import Sessions
import Store

extension SessionTracker {
    /// Files what a stored message says; findings about it, where no session takes it.
    mutating func receive(_ events: [UpgradeEvent], of stored: StoredMessage) -> [Anomaly] {
        guard !events.isEmpty else { return [] }
        let sight = MessageSight(stored.message, id: stored.id)
        return events.enumerated().compactMap { number, event in
            receive(sight.saying(eventNumber: number), event: event)
        }
    }

    /// Files a stored download.
    mutating func receive(_ stored: StoredTransfer) {
        _ = receive(stored.transfer, id: stored.id, recordingID: stored.recordingID)
    }
}
