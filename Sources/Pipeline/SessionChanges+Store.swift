// The tracker's changes and the store's rows say the same in different shapes; here one becomes the other.

import Sessions
import Store

extension SessionChanges {
    /// The changes as the store writes them, the oldest session first.
    var derivedSessions: [DerivedSession] {
        // Sessions are large: their places are sorted, not they.
        sessions.indices.sorted { sessions[$0].session.isBefore(sessions[$1].session) }
            .map { DerivedSession(sessions[$0]) }
    }
}

private extension DerivedSession {
    init(_ tracked: TrackedSession) {
        self.init(
            session: tracked.session,
            messages: tracked.messages,
            transferIDs: tracked.transfers.map(\.id)
        )
        for transfer in tracked.transfers { transferCopies[transfer.id] = transfer.copyOf }
    }
}

private extension Session {
    /// The order in which sessions get their numbers.
    func isBefore(_ other: Session) -> Bool {
        (firstSeenAt, key.deviceID, key.command, key.attempt)
            < (other.firstSeenAt, other.key.deviceID, other.key.command, other.key.attempt)
    }
}
