// What is known of a device beside any one session of it.

import Dialects
import Traffic

/// A device's sessions, its comings and goings, and where it speaks from; shared by the evidence of all its sessions.
///
/// Of the other sessions only those count that were under way together with the one looked at: what ended before may
/// have been let go.
final class Neighbourhood {
    /// The device came or went.
    struct Presence: Hashable {
        var at: Timestamp
        var id: Int64
        var isOnline: Bool
    }

    let drafts: [SessionDraft]
    let addresses: [IPAddress]
    /// Comings and goings in recorded order; what says neither is left out.
    let presences: [Presence]

    init(drafts: [SessionDraft], messages: [MessageEvidence], addresses: [IPAddress]) {
        self.drafts = drafts
        self.addresses = addresses
        var presences: [Presence] = []
        for index in messages.indices where messages[index].kind == .presence {
            guard let isOnline = messages[index].statement.event.isOK else { continue }
            presences.append(
                Presence(at: messages[index].at, id: messages[index].id, isOnline: isOnline)
            )
        }
        self.presences = presences.sorted { ($0.at, $0.id) < ($1.at, $1.id) }
    }

    /// The times the device went and came back within a stretch of time.
    func absences(from start: Timestamp, to end: Timestamp) -> [(offline: Presence, online: Presence)] {
        guard !presences.isEmpty else { return [] }
        var absences: [(offline: Presence, online: Presence)] = []
        var offline: Presence?
        for presence in presences where presence.at >= start && presence.at <= end {
            if !presence.isOnline {
                offline = offline ?? presence
            } else if let left = offline {
                absences.append((left, presence))
                offline = nil
            }
        }
        return absences
    }
}
