// The demo as it is told on the terminal.

import ArgumentParser
import Dialects
import Foundation
import Pipeline
import Reports
import Sessions
import Store
import Traffic
import Verdicts

/// Records six upgrades, shows what was found, replays three, and says where to go on.
struct DemoStory {
    /// Whether loopback can be sniffed.
    let isSniffing: Bool

    private static let replaySpeed = 10.0

    /// Tells the story.
    /// - Throws: `ExitCode(1)` when a session or a verdict did not come out as it should.
    func tell() async throws {
        let store = try UpgradeStore.open(path: Self.newStorePath(), .createIfMissing)
        try await record(to: store)
        let isRecorded = try show(store)
        let areVerdictsRight = try await replay(from: store)
        sayWhatIsNext(store)
        guard isRecorded, areVerdictsRight else { throw ExitCode(1) }
    }

    private func record(to store: UpgradeStore) async throws {
        let source =
            if !isSniffing {
                "by broker subscription; sniffing is not allowed here, so the firmware host's exchanges are the "
                    + "HTTP evidence, marked as served"
            } else if CaptureRights.isInNamespace {
                "by broker subscription and by sniffing loopback, in a private network namespace"
            } else {
                "by broker subscription and by sniffing loopback"
            }
        Self.headline("Recording six upgrades \(source)")
        let stage = DemoStage(cast: DemoDevice.cast, dialects: try BuiltInDialects.load())
        let summary = try await stage.record(to: store, isSniffing: isSniffing) { progress in
            guard Console.isErrorTerminal else { return }
            Console.progress("\(progress.messagesKept) messages, \(progress.transfers) transfers …")
        }
        Console.endProgress()
        let progress = summary.progress
        Console.write(
            "\(Count.text(summary.recordingIDs.count, "recording")), \(progress.messagesKept) messages "
                + "(copies included), \(Count.text(progress.transfers, "transfer")); "
                + LossText.summary(progress.losses)
        )
    }

    /// Shows sessions and statistics; whether there are six sessions that ended as their devices' fates say.
    private func show(_ store: UpgradeStore) throws -> Bool {
        let sessions = try store.sessions()
        Self.headline(isSniffing ? "Sessions: what both sources saw, joined" : "Sessions")
        Console.write(SessionListReport(sessions).text(as: .table, width: Console.width), terminator: "")
        let measured = isSniffing ? "measured on the wire" : "as our own firmware host served them"
        Self.headline("Download statistics, \(measured) (otatape query download-stats)")
        Console.write(
            RowsReport(try store.query(named: "download-stats")).text(as: .table, width: Console.width),
            terminator: ""
        )
        let failed = try store.session(.lastFailed)
        Self.headline("The last failed session (otatape show last-failed)")
        let timeline = try SessionTimeline.entries(of: failed, in: store, dialects: BuiltInDialects.load())
        Console.write(
            SessionReport(failed, timeline: timeline).text(
                isColoured: Console.isTerminal,
                width: Console.width
            ),
            terminator: ""
        )
        return sessions.count == DemoDevice.cast.count
            && DemoDevice.cast.allSatisfy { member in sessions.contains { $0.session.shows(member) } }
    }

    private func replay(from store: UpgradeStore) async throws -> Bool {
        let sessions = try store.sessions()
        guard let failed = sessions.first(where: { $0.session.failureClass == .hashMismatch }),
            let good = sessions.last(where: { $0.session.outcome == .ok })
        else { return false }
        var recorded = ReplayOptions()
        recorded.speed = Self.replaySpeed
        var repaired = recorded
        repaired.image = .good
        var isRight = true
        for (stored, options, expected) in [
            (failed, recorded, Verdict.Kind.reproduced), (failed, repaired, .fixed),
            (good, recorded, .stable),
        ] {
            let image = options.image == .good ? "a good image" : "the recorded image relation"
            Self.headline("Replaying session \(stored.id) at 10× with the recorded network and \(image)")
            let run = ReplayRun(store: store, dialects: try BuiltInDialects.load(), options: options)
            let outcome = try await run.replay(stored)
            let report = VerdictReport(outcome.verdict, sessionID: stored.id, lateness: outcome.lateness)
            Console.write(report.text(isColoured: Console.isTerminal), terminator: "")
            if outcome.verdict.kind != expected {
                Console.write("expected \(expected.rawValue)")
                isRight = false
            }
        }
        return isRight
    }

    private func sayWhatIsNext(_ store: UpgradeStore) {
        Self.headline("The store is \(store.path). Try next:")
        let program = CommandLine.arguments.first ?? "otatape"
        Console.write(
            """
            \(program) show last-failed --store \(store.path)
            \(program) query claimed-vs-measured --format table --store \(store.path)
            \(program) replay last-failed --store \(store.path)
            """
        )
    }

    private static func headline(_ text: String) {
        Console.write("\n== \(text)")
    }

    /// A new file each time, in the current folder.
    private static func newStorePath() -> String {
        let stamp = Date().formatted(.iso8601.dateSeparator(.omitted).timeSeparator(.omitted))
        let folder =
            FileManager.default.isWritableFile(atPath: ".")
            ? "." : FileManager.default.temporaryDirectory.path
        let candidates = (0...).lazy.map { "\(folder)/demo-\(stamp)\($0 == 0 ? "" : "-\($0)").sqlite" }
        return candidates.first { !FileManager.default.fileExists(atPath: $0) } ?? "demo.sqlite"
    }
}

private extension Session {
    /// Whether this is the session of a demo device, ended as its fate says.
    func shows(_ member: DemoDevice) -> Bool {
        guard key.deviceID == member.deviceID, key.dialect == member.dialect else { return false }
        return switch member.fate {
        case .success: outcome == .ok
        case .corrupted: outcome == .failed && failureClass == .hashMismatch
        case .missing: outcome == .failed && failureClass == .httpError
        }
    }
}
