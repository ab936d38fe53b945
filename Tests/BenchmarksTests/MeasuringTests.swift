// What is measured, and how it is said.

import Foundation
import TestSupport
import Testing

@testable import Benchmarks

private func shell(_ script: String) -> MeasuredProgram {
    MeasuredProgram(path: "sh", arguments: ["-c", script])
}

/// Runs a program on a thread of its own: measuring waits, and the tests' few threads must not.
private func run(_ program: MeasuredProgram, output: String = "/dev/null") async throws -> Cost {
    try await withCheckedThrowingContinuation { (ended: CheckedContinuation<Cost, any Error>) in
        Thread.detachNewThread { ended.resume(with: Result { try program.run(output: output) }) }
    }
}

@Test func `measures a child and keeps what it prints`() async throws {
    let folder = try ScratchFolder()
    let cost = try await run(shell("echo said"), output: folder.path("said.txt"))
    #expect(cost.wall > 0)
    #expect((cost.peakBytes ?? 0) > 100_000)
    #expect(try String(contentsOfFile: folder.path("said.txt"), encoding: .utf8) == "said\n")
}

@Test(arguments: [("exit 3", "exit code 3"), ("kill -9 $$", "signal 9")])
func `takes no time from a program that failed`(script: String, words: String) async {
    let error = await #expect(throws: ToolError.self) { _ = try await run(shell(script)) }
    #expect(error?.description.contains(words) == true)
}

@Test func `says that a program is missing`() async {
    let program = MeasuredProgram(path: "/nowhere/at-all", arguments: [])
    let error = await #expect(throws: ToolError.self) { _ = try await run(program) }
    #expect(error?.description.contains("/nowhere/at-all") == true)
}

@Test func `counts the fastest run and shows all`() throws {
    var walls = [3.0, 1.0, 2.0]
    let measured = try Timing("work", messages: 1_000, runs: 3) {
        Cost(wall: walls.removeFirst(), processor: 0.5, peakBytes: 3 << 20)
    }
    #expect(measured.cells == ["work", "1.00", "0.50", "3", "1000", "3.00  1.00  2.00"])
}

@Test(arguments: [(21.0, "goal met", true), (16, "floor met", true), (14.9, "MISSED", false)])
func `judges a floor`(measured: Double, word: String, isMet: Bool) {
    let goal = Goal(name: "n", measured: measured, unit: " ×", sense: .atLeast, goal: 20, limit: 15)
    #expect(goal.isMet == isMet)
    #expect(goal.line.hasSuffix(": \(word)"))
}

@Test(arguments: [(1.5, "goal met", true), (1.7, "ceiling met", true), (2.01, "MISSED", false)])
func `judges a ceiling`(measured: Double, word: String, isMet: Bool) {
    let goal = Goal(name: "n", measured: measured, unit: " ×", sense: .atMost, goal: 1.5, limit: 2)
    #expect(goal.isMet == isMet)
    #expect(goal.line.hasSuffix(": \(word)"))
}

@Test func `compares import with the faster of the two ways of bare SQLite`() throws {
    func measured(_ wall: Double) throws -> Timing {
        try Timing("m", runs: 1) { Cost(wall: wall, processor: wall) }
    }
    let comparison = Comparison(
        packets: try measured(1),
        blocks: (libpcap: try measured(2), otatape: try measured(1.8)),
        listing: try measured(2),
        importing: try measured(4),
        bare: [try measured(5), try measured(2.5)],
        tshark: try measured(60)
    )
    #expect(
        comparison.goals.map(\.line) == [
            "import vs tshark: 15.0 × faster, 15.00 by CPU (goal 20, floor 15): floor met",
            "import vs bare SQLite: 1.60 × its time, 1.60 by CPU (goal 1.5, ceiling 2): ceiling met",
            "reading pcapng vs libpcap: 0.90 × its CPU (goal 1, ceiling 1.5): goal met",
        ]
    )
}
