// Replays against a real broker, a real host and a simulated device.

import Dialects
import Foundation
import Pipeline
import Sessions
import Store
import TestSupport
import Testing
import Verdicts

/// One replay and what must come of it.
struct ReplayCase: Sendable, CustomStringConvertible {
    let capture: String
    let image: ReplayOptions.Conditions
    let verdict: Verdict.Kind

    var description: String { "\(capture) with a \(image.rawValue) image" }
}

private let cases = ["iot-cloud-ota", "jetlinks"].flatMap { dialect in
    [
        ReplayCase(capture: "\(dialect)-success", image: .recorded, verdict: .stable),
        ReplayCase(capture: "\(dialect)-corrupted", image: .recorded, verdict: .reproduced),
        ReplayCase(capture: "\(dialect)-corrupted", image: .good, verdict: .fixed),
        ReplayCase(capture: "\(dialect)-missing", image: .recorded, verdict: .reproduced),
    ]
}

/// A machine that runs all tests at once may be late; punctuality is not what these test.
private let patience = Duration.seconds(30)

@Suite(.serialized, .timeLimit(.minutes(2)))
struct ReplayRunTests {
    @Test(arguments: cases)
    func `judges a replay of a recorded upgrade`(replay: ReplayCase) async throws {
        let imported = try await ImportedStore([Fixtures.captures.appending(path: "\(replay.capture).pcap")])
        var options = ReplayOptions()
        options.speed = 20
        options.latenessTolerance = patience
        options.image = replay.image
        let run = ReplayRun(store: imported.store, dialects: try BuiltInDialects.load(), options: options)
        let outcome = try await run.replay(imported.store.session(.last))
        #expect(outcome.verdict.kind == replay.verdict, "\(outcome.verdict.reason)")
        #expect(outcome.verdict.evaluated > 0)
        #expect(outcome.verdict.differences.filter { !$0.isExplained } == [])
        let kept = try imported.rows("SELECT verdict FROM replay")
        #expect(kept == [[replay.verdict.rawValue]])
    }

    @Test func `serves the recorded rate and repeats no credential`() async throws {
        let imported = try await ImportedStore([Fixtures.captures.appending(path: "jetlinks-success.pcap")])
        var options = ReplayOptions()
        options.speed = 4
        options.latenessTolerance = patience
        let run = ReplayRun(store: imported.store, dialects: try BuiltInDialects.load(), options: options)
        let outcome = try await run.replay(imported.store.session(.last))
        let recorded = try #require(outcome.recorded.measuredDuration)
        let observed = try #require(outcome.observed?.measuredDuration)
        // A paced body is never early, but for the time that the recorded server took to end; how late it may be is the
        // judge's affair. Served at full speed it would take a hundredth of this.
        #expect(observed >= recorded / 4 * 0.9)
        #expect(outcome.observed?.measuredBytes == outcome.recorded.measuredBytes)
        #expect(outcome.observed?.commandID != outcome.recorded.commandID)
        #expect(outcome.observed?.url?.contains("Signature") == false)
        #expect(outcome.actCount > 10)
    }

    @Test func `cannot judge an upgrade whose end was not recorded`() async throws {
        let whole = try Data(contentsOf: Fixtures.captures.appending(path: "jetlinks-success.pcap"))
        let folder = try ScratchFolder()
        let cut = folder.url.appending(path: "cut.pcap")
        try whole.prefix(60_000).write(to: cut)
        let imported = try await ImportedStore([cut])
        var options = ReplayOptions()
        options.speed = 0
        options.latenessTolerance = patience
        let run = ReplayRun(store: imported.store, dialects: try BuiltInDialects.load(), options: options)
        let outcome = try await run.replay(imported.store.session(.last))
        #expect(outcome.verdict.kind == .inconclusive)
    }

    @Test func `judges on a store that may only be read, and says that it keeps nothing`() async throws {
        let imported = try await ImportedStore([
            Fixtures.captures.appending(path: "iot-cloud-ota-success.pcap")
        ])
        try imported.store.close()
        let store = try UpgradeStore.open(path: imported.store.path, .readOnly)
        var options = ReplayOptions()
        options.speed = 20
        options.latenessTolerance = patience
        let run = ReplayRun(store: store, dialects: try BuiltInDialects.load(), options: options)
        let outcome = try await run.replay(store.session(.last))
        #expect(outcome.verdict.kind == .stable)
        #expect(outcome.notes.contains { $0.contains("not kept") && $0.contains(store.path) })
        #expect(try store.query(sql: "SELECT count(*) FROM replay").rows == [[.integer(0)]])
    }
}
