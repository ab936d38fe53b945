// Keeping a store within a limit, held against sessions of real captures.

import Dialects
import Foundation
import Sessions
import Store
import TestSupport
import Testing
import Traffic

@testable import Pipeline

@Suite(.timeLimit(.minutes(2)))
struct RetentionTests {
    private let folder: ScratchFolder
    private let store: UpgradeStore
    private let dialects: DialectSet

    init() async throws {
        folder = try ScratchFolder()
        store = try UpgradeStore.open(path: folder.path("field.sqlite"), .createIfMissing)
        dialects = try BuiltInDialects.load()
        for capture in Fixtures.projectCaptures {
            _ = try await CaptureImport(store: store, dialects: dialects).run(path: capture.path) { _ in }
        }
    }

    private func number(_ sql: String) throws -> Int64 {
        guard case .integer(let number) = try store.query(sql: sql).rows.first?.first else { return -1 }
        return number
    }

    @Test func `what is older than its time goes, and deriving again changes nothing`() async throws {
        let sessions = try store.sessions()
        let kept = try number("SELECT count(*) FROM message")
        let last = try #require(sessions.map(\.session.lastSeenAt).max())
        var pruner = StorePruner(store, keeping: .age(.seconds(3_600)))
        let young = try await pruner.run(at: last.advanced(by: .seconds(60)))
        #expect(young.tally == PruneTally())
        let outcome = try await pruner.run(at: last.advanced(by: .seconds(7_200)))
        #expect(outcome.tally.messages > 0 && outcome.tally.sessions == Int64(sessions.count) - 1)
        #expect(try number("SELECT count(*) FROM message") == kept - outcome.tally.messages)
        #expect(try number("SELECT sum(messages_pruned) FROM recording") == outcome.tally.messages)
        #expect(try number("SELECT count(*) FROM pragma_foreign_key_check") == 0)
        for _ in 0..<2 {
            let report = try Rederivation.report(store, dialects: dialects) { _ in }
            #expect(report.changes.isEmpty, "\(report.changes)")
            #expect(report.sessionsPruned == outcome.tally.sessions)
        }
        #expect(try store.sessions().map(\.session) == sessions.map(\.session))
    }

    @Test func `a size is kept by letting the oldest go first`() async throws {
        let before = try store.usedBytes()
        var pruner = StorePruner(store, keeping: .size(before - 30_000))
        let outcome = try await pruner.run(at: .now())
        #expect(outcome.isWithinLimit)
        #expect(try store.usedBytes() <= before - 30_000)
        let sessions = try store.sessions()
        let marked = sessions.filter { $0.prunedBefore != nil }
        #expect(!marked.isEmpty && marked.count < sessions.count)
        #expect(try Rederivation.report(store, dialects: dialects) { _ in }.changes.isEmpty)
    }

    @Test func `a size that sessions alone exceed is told, and what is young is spared`() async throws {
        var pruner = StorePruner(store, keeping: .size(1))
        #expect(try await pruner.run(at: .now()).isWithinLimit == false)
        #expect(try number("SELECT count(*) FROM message") >= 1)
        let other = try UpgradeStore.open(path: folder.path("other.sqlite"), .createIfMissing)
        let capture = try #require(Fixtures.projectCaptures.first)
        _ = try await CaptureImport(store: other, dialects: dialects).run(path: capture.path) { _ in }
        let last = try #require(try other.sessions().map(\.session.lastSeenAt).max())
        var sparing = StorePruner(other, keeping: .size(1), sparing: .seconds(3_600))
        let outcome = try await sparing.run(at: last.advanced(by: .seconds(60)))
        #expect(outcome.tally == PruneTally() && !outcome.isWithinLimit)
    }

    @Test func `a recording prunes what is in its store`() async throws {
        var plan = RecordingPlan()
        plan.retention = .age(.seconds(7_200))
        // Two hours on from the captures, without waiting for them.
        let shift = "UPDATE message SET recorded_at = recorded_at - 864000000000000"
        let sessions = """
            UPDATE session SET first_seen_at = first_seen_at - 864000000000000, \
            last_seen_at = last_seen_at - 864000000000000
            """
        let transfers = "UPDATE transfer SET ended_at = ended_at - 864000000000000"
        let status = try await ChildProcess.named(
            "sqlite3",
            [store.path, [shift, sessions, transfers].joined(separator: ";")]
        )
        #expect(status == 0)
        let summary = try await LiveRecording.run(plan, store: store, dialects: dialects) { _ in }.summary
        #expect(summary.pruned.messages > 0)
        #expect(try number("SELECT count(*) FROM message") == 1 + number(Self.sharers))
    }

    /// Messages of the session that the newest message belongs to.
    private static let sharers = """
        SELECT count(*) - 1 FROM session_message WHERE session_id IN (
            SELECT session_id FROM session_message WHERE message_id = (SELECT max(id) FROM message))
        """

    @Test func `a recording says once that sessions alone are more than its limit`() async throws {
        var plan = RecordingPlan()
        plan.retention = .size(1)
        let summary = try await LiveRecording.run(plan, store: store, dialects: dialects) { _ in }.summary
        let told = summary.notes.filter { if case .beyondLimit(_, limit: 1) = $0 { true } else { false } }
        #expect(told.count == 1 && summary.notes.count == 1, "\(summary.notes)")
    }

    @Test func `prune waits for nobody`() async throws {
        let other = try UpgradeStore.open(path: store.path, .existing)
        _ = try await LiveRecording.run(RecordingPlan(), store: store, dialects: dialects) { _ in
            await #expect(throws: RunError.self) {
                try await PruneRun.run(other, keeping: .age(.seconds(1)), compacts: true)
            }
        }
        let outcome = try await PruneRun.run(other, keeping: .age(.seconds(1)), compacts: true)
        #expect(outcome.tally.messages > 0)
    }
}
