// `otatape-bench live`, which `make bench-live` runs: recording from a broker, beside those who only write it down.

import ArgumentParser
import Foundation

struct LiveCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "live",
        abstract: "Measure recording from a broker against mosquitto_sub and the PyPI package mqtt-recorder.",
        discussion: """
            Each run has a mosquitto of its own on loopback, and a publisher that sends messages of 150 bytes as fast as \
            the broker takes them. Time counts until the last message is in the file, or committed to the store.
            """
    )

    @OptionGroup var place: WorkplaceOptions
    @OptionGroup var goals: CheckOptions

    @Option(help: "Messages of each run; mqtt-recorder, which takes ten times as long, gets a fifth of them.")
    var messages = 1_000_000

    @Option(help: "Runs of each program; the fastest counts.")
    var runs = 3

    @Option(help: "The program mqtt-recorder of the PyPI package; without it, the one in PATH.")
    var mqttRecorder: String?

    func run() throws {
        let workplace = try place.open()
        var recorders = [LiveRecorder.mosquittoSub, .otatape]
        if let other = mqttRecorder ?? Workplace.find("mqtt-recorder") {
            recorders.append(.mqttRecorder(other))
        } else {
            Console.note(
                "mqtt-recorder is missing: `python3 -m venv DIR && DIR/bin/pip install mqtt-recorder`"
            )
        }
        var judged: [Goal] = []
        for qos: UInt8 in [0, 1] {
            let best = try recorders.map { try measure($0, qos, workplace) }
            let head = [
                "QoS \(qos)", "kept", "published s", "kept after s", "CPU s", "peak MiB", "messages/s",
            ]
            let rows = zip(recorders, best).map { $1.cells($0.name) }
            for line in Table.lines([head] + rows) { Console.write(line) }
            judged += Self.goals(qos, best)
        }
        judged += try idle(workplace)
        try goals.judge(judged)
    }

    /// The fastest of several runs, those first that kept more.
    private func measure(_ recorder: LiveRecorder, _ qos: UInt8, _ workplace: Workplace) throws -> LiveRun {
        Console.note("\(recorder.name), QoS \(qos) …")
        let share = if case .mqttRecorder = recorder { messages / 5 } else { messages }
        let all = try (0..<max(1, runs)).map { _ in
            try LiveRun(recorder, messages: share, qos: qos, in: workplace)
        }
        return all.max { ($0.kept, $0.rate) < ($1.kept, $1.rate) } ?? all[0]
    }

    /// What is promised of runs of mosquitto_sub, otatape, and mqtt-recorder where it is there.
    private static func goals(_ qos: UInt8, _ best: [LiveRun]) -> [Goal] {
        zip(["mosquitto_sub", "mqtt-recorder"], [best[0]] + best.dropFirst(2)).map { name, other in
            Goal(
                name: "record at QoS \(qos) vs \(name)",
                measured: best[1].rate / other.rate,
                unit: " × its rate",
                sense: .atLeast,
                limit: name == "mosquitto_sub" ? 1 : 4
            )
        }
    }

    /// What a recorder takes that has little to do: 100 messages a second.
    private func idle(_ workplace: Workplace) throws -> [Goal] {
        Console.note("otatape record at 100 messages a second …")
        let broker = try LiveBroker(in: workplace)
        let program = try LiveRecorder.otatape.start(workplace, port: broker.port, qos: 1)
        try broker.waitForSubscriber(to: LiveRecorder.otatape.subscription)
        let words = ["publish", String(broker.port), "--messages", "3600", "--qos", "1", "--rate", "100"]
        let publisher = try MeasuredProgram(path: "/proc/self/exe", arguments: words).start()
        // What the start takes is no idling, nor is that a thousand upgrades begin in the first ten seconds.
        sleep(12)
        let (before, beganAt) = (try program.processorSeconds(), Monotonic.now)
        sleep(20)
        let share = (try program.processorSeconds() - before) / (Monotonic.now - beganAt)
        _ = try publisher.wait()
        let cost = try program.stop()
        return [
            Goal(
                name: "record at 100 messages/s",
                measured: share * 100,
                unit: " % of a core",
                sense: .atMost,
                limit: 1
            ),
            Goal(
                name: "record at 100 messages/s",
                measured: Double(cost.peakBytes ?? .max) / 1_048_576,
                unit: " MiB",
                sense: .atMost,
                limit: 64,
                decimals: 0
            ),
        ]
    }
}
