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
    /// When the new evidence begins.
    var at: Timestamp
    /// The recording that goes on itself: what it brings may be older than what others have stored.
    var resuming: Int64?

    /// New evidence of whatever is there.
    init(at time: Timestamp) {
        at = time
    }

    /// A recording that goes on where it was cut off.
    init(resuming recording: StoredRecording) {
        at = recording.endedAt ?? recording.start.startedAt
        resuming = recording.id
    }

    /// However long a dialect lets a session wait, no more is read again.
    private static let longestWindow = Duration.seconds(86_400)

    /// What is known of earlier sessions.
    private struct Known {
        /// The sessions that are read again.
        var evidence: UnfinishedEvidence
        var since: Timestamp
        /// Devices with sessions that may go on and are too many to be read again.
        var leftDevices: Set<String>
    }

    /// Lets a tracker know of earlier sessions; the changes that the store does not have yet.
    func prime(
        _ tracker: inout SessionTracker,
        from store: UpgradeStore,
        dialects: DialectSet,
        limits: TrackerLimits
    ) throws -> SessionChanges {
        let begin = resuming == nil ? at : min(at, try store.latestMessageTime() ?? at)
        let known = try known(at: begin, in: store, dialects, limits)
        tracker.noteLetGo(devices: known.leftDevices.count)
        let sessions = known.evidence.sessions
        try Self.remember(sessions, in: &tracker, from: store, limits)
        tracker.note(try store.outages())
        var reader = DialectReader(dialects)
        try store.forEachPiece(of: known.evidence, since: known.since, limit: limits.messages / 2) { piece in
            Self.file(piece, &reader, into: &tracker)
        }
        for recording in try store.recordings() where recording.id != resuming {
            if let end = recording.endedAt { tracker.finish(recordingID: recording.id, at: end) }
        }
        let stored = Dictionary(uniqueKeysWithValues: sessions.map { ($0.key, $0.lastSeenAt) })
        var changes = tracker.takeChanges()
        changes.sessions.removeAll { tracked in
            stored[tracked.session.key].map { tracked.session.lastSeenAt <= $0 } ?? false
        }
        changes.retracted = []
        return changes
    }

    /// Finds the sessions that may go on, each within the time that its dialect gives it.
    private func known(
        at begin: Timestamp,
        in store: UpgradeStore,
        _ dialects: DialectSet,
        _ limits: TrackerLimits
    ) throws -> Known {
        let windows = dialects.sessionRules.mapValues { rules in
            min(max(rules.timers.session, rules.timers.confirm) + rules.timers.close, Self.longestWindow)
        }
        let since = begin.advanced(by: .zero - (windows.values.max() ?? .zero))
        let half = limits.messages / 2
        let all = try store.unfinishedSessions(
            seenSince: since,
            limit: limits.rememberedCommands,
            latest: half / 2
        )
        let open = all.filter { session in
            let window = windows[session.key.dialect] ?? .zero
            return !session.isPruned && session.lastSeenAt >= begin.advanced(by: .zero - window)
        }
        let chosen = open.prefix(limits.devices / 4)
        let chosenIDs = Set(chosen.map(\.id))
        let evidence = try store.unfinishedEvidence(
            of: Array(chosen),
            leaving: all.filter { !chosenIDs.contains($0.id) },
            since: since,
            limit: half
        )
        let readIDs = Set(evidence.sessions.map(\.id))
        let left = open.filter { !readIDs.contains($0.id) }
        return Known(evidence: evidence, since: since, leftDevices: Set(left.map(\.key.deviceID)))
    }

    /// Lets earlier runs of commands count, up to those that are read again.
    private static func remember(
        _ sessions: [UnfinishedSession],
        in tracker: inout SessionTracker,
        from store: UpgradeStore,
        _ limits: TrackerLimits
    ) throws {
        let firstRead = Dictionary(sessions.map { ($0.command, $0.key.attempt) }, uniquingKeysWith: min)
        for key in try store.latestSessionKeys(limit: limits.rememberedCommands) + sessions.map(\.key) {
            var earlier = key
            if let first = firstRead[CommandKey(key)] { earlier.attempt = min(key.attempt, first - 1) }
            if earlier.attempt > 0 { tracker.remember(earlier) }
        }
        for session in sessions {
            if let version = session.fromVersion { tracker.remember(version: version, of: session.key) }
        }
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
}
