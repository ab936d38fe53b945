// Sessions that a recording goes on with: begun under a recorder that was stopped, or killed.

import Dialects
import Sessions
import Store
import Traffic

/// Gives a tracker the evidence of what an earlier run left unfinished, so that an upgrade does not fall in two.
///
/// Only what can still change is read again, within bounds: sessions seen within the longest window of any dialect, and
/// the messages of that time whose sessions a killed recorder had not written yet.
struct Continuation {
    /// When the new evidence begins; `nil` where it follows what was stored last.
    var at: Timestamp?
    /// The recording that goes on itself.
    var resuming: Int64?

    /// However long a dialect lets a session wait, no more is read again.
    private static let longestWindow = Duration.seconds(3_600)

    /// Lets a tracker know of earlier sessions; the changes that the store does not have yet.
    func prime(
        _ tracker: inout SessionTracker,
        from store: UpgradeStore,
        dialects: DialectSet,
        limits: TrackerLimits
    ) throws -> SessionChanges {
        guard let begin = try at ?? store.latestMessageTime() else { return SessionChanges() }
        let since = begin.advanced(by: .zero - Self.window(of: dialects))
        let sessions = try store.unfinishedSessions(seenSince: since, limit: limits.devices / 4)
        let known = Dictionary(uniqueKeysWithValues: sessions.map { ($0.key, $0.lastSeenAt) })
        for key in try store.latestSessionKeys(limit: limits.rememberedCommands) {
            guard known[key] != nil else {
                tracker.remember(key)
                continue
            }
            guard key.attempt > 1 else { continue }
            var earlier = key
            earlier.attempt -= 1
            tracker.remember(earlier)
        }
        for session in sessions {
            if let version = session.fromVersion { tracker.remember(version: version, of: session.key) }
        }
        tracker.note(try store.outages())
        let ids = sessions.map(\.id)
        var reader = DialectReader(dialects)
        try store.forEachEvidence(ofSessions: ids, since: since, limit: limits.messages / 2) { evidence in
            Self.file(evidence, &reader, into: &tracker)
        }
        for recording in try store.recordings() where recording.id != resuming {
            if let end = recording.endedAt { tracker.finish(recordingID: recording.id, at: end) }
        }
        var changes = tracker.takeChanges()
        changes.sessions.removeAll { tracked in
            known[tracked.session.key].map { tracked.session.lastSeenAt <= $0 } ?? false
        }
        changes.retracted = []
        return changes
    }

    private static func file(
        _ evidence: StoredEvidence,
        _ dialects: inout DialectReader,
        into tracker: inout SessionTracker
    ) {
        switch evidence {
        case .message(let stored):
            // What belongs to no session was told when it was stored.
            _ = tracker.receive(dialects.events(of: stored.message), of: stored)
        case .transfer(let stored):
            tracker.receive(stored)
        case .unreached(let stored):
            tracker.receive(stored.server)
        }
    }

    private static func window(of dialects: DialectSet) -> Duration {
        let windows = dialects.sessionRules.values.map { rules in
            max(rules.timers.session, rules.timers.confirm) + rules.timers.close
        }
        return min(windows.max() ?? .zero, longestWindow)
    }
}
