// The tracker's changes and the store's rows say the same in different shapes; here one becomes the other.

import Sessions
import Store

extension SessionChanges {
    /// The changes as the store writes them, the oldest session first.
    var derivedSessions: [DerivedSession] {
        var derived = sessions.map(DerivedSession.init)
        let places = Dictionary(uniqueKeysWithValues: derived.indices.map { (derived[$0].session.key, $0) })
        for filed in transfers {
            guard let owner = filed.filing.owner, let original = filed.filing.copyOf else { continue }
            guard let place = places[owner] else { continue }
            derived[place].transferIDs.append(filed.id)
            derived[place].transferCopies[filed.id] = original
        }
        return derived.sorted { $0.session.isBefore($1.session) }
    }
}

private extension DerivedSession {
    init(_ tracked: TrackedSession) {
        self.init(
            session: tracked.session,
            messageIDs: tracked.messages.map(\.id),
            transferIDs: tracked.transferIDs
        )
        for link in tracked.messages {
            switch link.role {
            case .original: break
            case .copy(let original): messageCopies[link.id] = original
            case .transportDuplicate: duplicateIDs.append(link.id)
            }
        }
    }
}

private extension Session {
    /// The order in which sessions get their numbers.
    func isBefore(_ other: Session) -> Bool {
        (firstSeenAt, key.deviceID, key.command, key.attempt)
            < (other.firstSeenAt, other.key.deviceID, other.key.command, other.key.attempt)
    }
}
