// Follows a tracker as a store does, and plays transcripts to one.

import Dialects
import Sessions
import Traffic

/// What a store would hold after following a tracker.
struct Notebook {
    /// Where a message belongs, and as what.
    struct Filing: Hashable {
        var session: Session.Key
        var role: MessageLink.Role
        var isAfterEnd = false
    }

    private(set) var tracked: [Session.Key: TrackedSession] = [:]
    private(set) var filings: [Int64: Filing] = [:]
    private(set) var transfers: [Int64: TransferFiling] = [:]
    /// About messages that no session took.
    var findings: [Anomaly] = []

    /// The sessions in the order of their first evidence.
    var sessions: [Session] {
        tracked.values.map(\.session).sorted {
            ($0.firstSeenAt, $0.key.command, $0.key.attempt) < (
                $1.firstSeenAt, $1.key.command, $1.key.attempt
            )
        }
    }

    mutating func apply(_ changes: SessionChanges) {
        for tracked in changes.sessions {
            self.tracked[tracked.session.key] = tracked
            for link in tracked.messages {
                filings[link.id] = Filing(
                    session: tracked.session.key,
                    role: link.role,
                    isAfterEnd: link.isAfterEnd
                )
            }
        }
        for filed in changes.transfers { transfers[filed.id] = filed.filing }
        for key in changes.retracted {
            tracked[key] = nil
            filings = filings.filter { $0.value.session != key }
        }
    }
}

extension SessionTracker {
    @discardableResult
    mutating func receive(_ row: Transcript.Row) -> Anomaly? {
        switch row {
        case .message(let message, let id, let event):
            return receive(MessageSight(message, id: id), event: event)
        case .transfer(let transfer, let id, let recordingID):
            _ = receive(transfer, id: id, recordingID: recordingID)
            return nil
        }
    }
}

extension Transcript {
    /// Plays rows in the order given; changes are taken after every `step` rows.
    func play(
        _ rows: [Row],
        step: Int = .max,
        until end: Double? = nil,
        limits: TrackerLimits = TrackerLimits()
    ) -> Notebook {
        var tracker = SessionTracker(rules: rules, limits: limits)
        var notebook = Notebook()
        for (index, row) in rows.enumerated() {
            if let finding = tracker.receive(row) { notebook.findings.append(finding) }
            if (index + 1).isMultiple(of: step) { notebook.apply(tracker.takeChanges()) }
        }
        let last = rows.map { max($0.arrivesAt, $0.storedAt) }.max() ?? Self.start
        for outage in outages {
            let end = outage.to.map(Self.at)
            tracker.note(Outage(start: Self.at(outage.from), end: end), of: outage.recordingID)
        }
        for server in unreached { tracker.receive(server) }
        tracker.finish(at: end.map(Self.at) ?? last)
        notebook.apply(tracker.takeChanges())
        return notebook
    }

    /// The order in which a live recording delivers.
    var liveRows: [Row] { rows.sorted { ($0.arrivesAt, $0.id) < ($1.arrivesAt, $1.id) } }

    /// The order in which the store is read.
    var storedRows: [Row] { rows.sorted { ($0.storedAt, $0.id) < ($1.storedAt, $1.id) } }

    /// The sessions, read from the store in one go.
    func sessions(until end: Double? = nil) -> [Session] { play(storedRows, until: end).sessions }

    /// The only session.
    func session(until end: Double? = nil) throws -> Session {
        let all = sessions(until: end)
        guard let first = all.first, all.count == 1 else { throw Surprise(count: all.count) }
        return first
    }

    struct Surprise: Error {
        var count: Int
    }
}
