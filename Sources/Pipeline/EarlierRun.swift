// What the run before means for this one.

import Store
import Traffic

/// The recordings that were made of a broker before.
enum EarlierRun {
    /// When the last run that received something from there was cut off; `nil` when it ended in order, or there was none.
    ///
    /// A run that was cut off, or failed, and never received anything may never have been connected: it says nothing of
    /// the broker's session, and hides no run before it.
    static func cutOff(of source: String, in store: UpgradeStore) throws(StoreError) -> Timestamp? {
        let earlier = try store.recordings().last { recording in
            recording.start.kind == .broker && recording.start.source == source
                && (recording.state == .finished || recording.counts.messagesSeen > 0)
        }
        guard let earlier, earlier.state == .interrupted else { return nil }
        return earlier.endedAt
    }
}
