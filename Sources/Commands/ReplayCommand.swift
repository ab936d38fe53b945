// `otatape replay`: play a recorded session against a device and judge what happens.

public import ArgumentParser
import Foundation
public import Pipeline
import Reports
import Sessions
import Store
import Traffic
import Verdicts

struct ReplayCommand: AsyncParsableCommand {
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text, json
    }

    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Replay recorded sessions against a simulated device and give a verdict on each.",
        discussion: """
            otatape plays the platform: its own private broker, its own firmware host, the recorded network. Ids, times \
            and URLs are made anew; each step waits for the device where the recording did. The device's own timers \
            never scale with --speed.

            Examples:
              otatape replay last-failed                 does it still fail the same way?     REPRODUCED
              otatape replay last-failed --image good    would a good image have helped?      FIXED
              otatape replay 3 --speed 10 --format json

            Exit codes: 0 STABLE, FIXED, REPRODUCED; 1 REGRESSED, CHANGED, or an unexplained difference; 2 ERROR; \
            3 not reachable; 4 INCONCLUSIVE. With --expect VERDICT: 0 for that one, 1 for every other.
            """
    )

    @Argument(help: "Sessions: numbers, command ids, last or last-failed.")
    var sessions: [String]

    @Option(parsing: .unconditional, help: "Times as fast as recorded; 0 leaves every delay out.")
    var speed = 1.0

    @Option(help: "Which image to serve: the recorded relation to its offer, or a good one.")
    var image = ReplayOptions.Conditions.recorded

    @Option(help: "Which network the download meets: the recorded one, or a good one.")
    var network = ReplayOptions.Conditions.recorded

    @Option(
        parsing: .unconditional,
        help: "Seconds to wait for each message of the device beyond what the recording shows."
    )
    var maxWait = 30.0

    @Option(parsing: .unconditional, help: "Milliseconds we may be late before nothing can be concluded.")
    var latenessTolerance = 1_000.0

    @Option(help: "The verdict that makes the exit code 0; every other makes it 1.")
    var expect: String?

    @Flag(help: "Judge the outcome only: unexplained differences do not fail the replay.")
    var outcomeOnly = false

    @Option(help: "How to print: text or json (one object a line).")
    var format: Format = .text

    @OptionGroup var store: StoreOptions

    @OptionGroup(title: "Dialects") var dialects: DialectOptions

    private var expected: Verdict.Kind? { expect.flatMap { Verdict.Kind(rawValue: $0.uppercased()) } }

    func validate() throws {
        guard !sessions.isEmpty else {
            throw ValidationError("Name a session: a number, a command id, or last-failed.")
        }
        guard speed == 0 || (0.001...1_000_000).contains(speed) else {
            throw ValidationError("--speed \(speed): give 0 (no delays) or a factor from 0.001 to 1000000.")
        }
        guard expect == nil || expected != nil else {
            let names = Verdict.Kind.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("--expect \(expect ?? ""): give one of \(names).")
        }
        guard maxWait >= 0, maxWait < 86_400, latenessTolerance >= 0, latenessTolerance < 86_400_000 else {
            throw ValidationError(
                "--max-wait and --lateness-tolerance: give a time of at least 0 and under a day."
            )
        }
    }

    func run() async throws {
        let opened = try store.openAsFarAsAllowed()
        let replay = ReplayRun(store: opened, dialects: try dialects.load().dialects, options: options)
        var statuses: Set<ExitStatus> = []
        for selector in sessions {
            let stored = try opened.session(SessionSelector(selector))
            Console.note("replaying session \(stored.id) of device \(stored.session.key.deviceID) …")
            let outcome = try await Interruptible.run { try await replay.replay(stored) }
            print(outcome)
            statuses.insert(ExitStatus(of: outcome.verdict, expecting: expected, isOutcomeOnly: outcomeOnly))
        }
        let byWeight: [ExitStatus] = [.error, .unreachable, .differed, .inconclusive]
        if let worst = byWeight.first(where: statuses.contains) { throw ExitCode(worst.rawValue) }
    }

    private var options: ReplayOptions {
        var options = ReplayOptions()
        options.speed = speed
        options.maxWait = .seconds(maxWait)
        options.latenessTolerance = .milliseconds(latenessTolerance)
        options.image = image
        options.network = network
        return options
    }

    private func print(_ outcome: ReplayOutcome) {
        let report = VerdictReport(
            outcome.verdict,
            sessionID: outcome.sessionID,
            lateness: outcome.lateness,
            showSecrets: store.showSecrets
        )
        switch format {
        case .json: Console.write(report.json, terminator: "")
        case .text:
            Console.write(report.text(isColoured: Console.isTerminal), terminator: "")
            for note in outcome.notes { Console.write("note: " + TerminalText.escaped(Secrets.masked(note))) }
        }
    }
}

extension ReplayOptions.Conditions: ExpressibleByArgument {}
