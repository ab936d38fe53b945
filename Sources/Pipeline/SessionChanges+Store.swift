// The tracker's changes and the store's rows say the same in different shapes; here one becomes the other.

import Sessions
import Store

extension SessionChanges {
    /// The changes as the store writes them: each session with the filings that name it, the oldest first.
    var derivedSessions: [DerivedSession] {
        var derived: [Session.Key: DerivedSession] = [:]
        for tracked in sessions {
            derived[tracked.session.key] = DerivedSession(
                session: tracked.session,
                messages: tracked.messageIDs.map { MessageLink(messageID: $0) },
                transferIDs: tracked.transferIDs
            )
        }
        for filed in messages {
            guard let key = filed.filing.session else { continue }
            derived[key]?.file(filed)
        }
        for filed in transfers {
            guard let key = filed.filing.owner, let original = filed.filing.copyOf else { continue }
            derived[key]?.transferIDs.append(filed.id)
            derived[key]?.transferCopies[filed.id] = original
        }
        return derived.values.sorted { $0.session.isBefore($1.session) }
    }
}

private extension DerivedSession {
    mutating func file(_ filed: FiledMessage) {
        switch filed.filing.role {
        case .original: break
        case .copy(let original):
            messages.append(MessageLink(messageID: filed.id, copyOf: original))
        case .transportDuplicate:
            messages.append(MessageLink(messageID: filed.id, isTransportDuplicate: true))
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
