// How soon the devices of a fleet are told of.

import Sessions
import Testing
import Traffic

/// What is told of a fleet while its upgrades go on.
struct TellingTests {
    /// A tracker, and all that it was given.
    private struct Recorder: ~Copyable {
        var tracker = SessionTracker(rules: ["A": SessionRules()])
        private var transcript = Transcript("A")
        private var fedCount = 0

        /// Lets a device say something, and files it.
        mutating func device(_ id: String, _ say: (inout Transcript) -> Void) {
            transcript.device = id
            say(&transcript)
            for row in transcript.rows.dropFirst(fedCount) { tracker.receive(row) }
            fedCount = transcript.rows.count
        }

        /// The devices told of, and what came of their upgrades so far.
        mutating func takeOutcomes(goingOnAtMost limit: Int) -> [String: Session.Outcome] {
            let sessions = tracker.takeChanges(goingOnAtMost: limit).sessions
            let outcomes = sessions.map { ($0.session.key.deviceID, $0.session.outcome) }
            return Dictionary(outcomes) { _, latest in latest }
        }
    }

    private static let fleet = (0..<10).map { "dev-\($0)" }

    /// A fleet of which everything was told, and that has reported once more since.
    private static func fleetUnderWay() -> Recorder {
        var recorder = Recorder()
        for second in [1.0, 2, 3] {
            for device in fleet {
                recorder.device(device) { transcript in
                    if second == 1 { transcript.offer(at: 0) }
                    transcript.progress(at: second, 10 * second)
                }
            }
            if second < 3 { _ = recorder.tracker.takeChanges() }
        }
        return recorder
    }

    @Test func `tells in turns how far the devices of a fleet have come`() {
        var recorder = Self.fleetUnderWay()
        var told: [Set<String>] = []
        for round in 0..<4 {
            told.append(Set(recorder.takeOutcomes(goingOnAtMost: 3).keys))
            // Those told go on at once, and yet come behind all that still wait.
            for device in told[round] {
                recorder.device(device) { $0.progress(at: 4 + Double(round), 40 + Double(round)) }
            }
        }
        #expect(told.map(\.count) == [3, 3, 3, 3])
        #expect(told.prefix(3).reduce(Set()) { $0.union($1) }.count == 9)
        #expect(told.reduce(Set()) { $0.union($1) } == Set(Self.fleet))
    }

    @Test func `tells at once what is new, however many go on`() {
        var recorder = Self.fleetUnderWay()
        recorder.device("dev-9") { $0.result(at: 4, ok: false) }
        recorder.device("new") { $0.offer(at: 4) }
        let outcomes = recorder.takeOutcomes(goingOnAtMost: 2)
        #expect(outcomes["dev-9"] == .failed)
        #expect(outcomes["new"] == .open)
        #expect(outcomes.count == 4)
    }

    @Test func `tells everything at the end`() {
        var recorder = Self.fleetUnderWay()
        _ = recorder.takeOutcomes(goingOnAtMost: 3)
        let rest = recorder.tracker.takeChanges().sessions.map(\.session.claimedPercent)
        #expect(rest == Array(repeating: 30, count: 7))
    }

    @Test func `tells that a device fell silent, although others wait`() {
        var recorder = Self.fleetUnderWay()
        for device in Self.fleet.dropFirst() { recorder.device(device) { $0.progress(at: 7_200, 90) } }
        let outcomes = recorder.takeOutcomes(goingOnAtMost: 1)
        #expect(outcomes["dev-0"] == .failed)
    }
}
