// `otatape-bench memory`, which `make bench-memory` runs: what large captures take.

import ArgumentParser
import Foundation

struct MemoryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "memory",
        abstract: "Measure the peak memory of import, and whether its time grows as the file does.",
        discussion: """
            Imports a capture, one of ten times the devices (more than 1 GB by default), one of half-open flows, and, with
            --fleet, one of many short upgrades at once.
            """
    )

    /// What import may take, in MiB.
    private static let limit = 128.0

    @OptionGroup var options: RolloutOptions
    @OptionGroup var place: WorkplaceOptions
    @OptionGroup var goals: CheckOptions

    @Option(help: "Flows of the half-open capture.")
    var flood = 1_000_000

    @Option(
        help: """
            Devices of a fleet of which a tenth upgrades at any moment; 0 leaves it out. A million take 4 GB of disk and \
            a quarter of an hour.
            """
    )
    var fleet = 0

    func run() throws {
        let workplace = try place.open()
        let once = options.rollout
        var tenfold = once
        tenfold.devices *= 10
        let flood = Rollout(devices: 0, seed: once.seed, halfOpenFlows: flood)
        // Of the short import the fastest run counts, so that growth is not judged too kindly.
        var imports = [
            try importing(once, "1 ×", runs: 3, workplace),
            try importing(tenfold, "10 ×", runs: 1, workplace),
            try importing(flood, "half-open", runs: 1, workplace),
        ]
        var names = ["1 × the file", "10 × the file", "half-open flows"]
        if fleet > 0 {
            imports.append(try importing(fleetRollout, "fleet", runs: 1, workplace))
            names.append("a fleet")
        }
        let head = ["", "wall s", "CPU s", "peak MiB", "messages/s", "wall s of all runs"]
        for line in Table.lines([head] + imports.map(\.cells)) { Console.write(line) }
        let peaks = zip(names, imports).map { name, measured in
            Goal(
                name: "peak memory of import, \(name)",
                measured: Double(measured.best.peakBytes ?? .max) / 1_048_576,
                unit: " MiB",
                sense: .atMost,
                limit: Self.limit,
                decimals: 0
            )
        }
        let growth = Goal(
            name: "time for 10 × the file",
            measured: imports[1].best.wall / imports[0].best.wall,
            unit: " × the time",
            sense: .atMost,
            limit: 11,
            aside: ", \(Figures.decimals(imports[1].best.processor / imports[0].best.processor, 2)) by CPU"
        )
        try goals.judge(peaks + [growth])
    }

    /// Short upgrades, of which a tenth is under way at once: each takes about 50 s.
    private var fleetRollout: Rollout {
        let spacing = Duration.seconds(500) / fleet
        return Rollout(devices: fleet, messagesPerDevice: 6, seed: options.rollout.seed, spacing: spacing)
    }

    /// Imports one generated capture, and removes it.
    private func importing(
        _ rollout: Rollout,
        _ name: String,
        runs: Int,
        _ workplace: Workplace
    ) throws -> Timing {
        let capture = try workplace.generate(rollout, as: "memory.pcap")
        let measured = try Timing(
            "\(name): \(capture.packets) packets, \(Figures.mebibytes(capture.bytes)) MiB",
            messages: capture.messages,
            runs: runs
        ) { try workplace.importing("memory.pcap", into: "memory.sqlite") }
        Console.write("import said: " + (try workplace.text("import.txt")).trimmingCharacters(in: .newlines))
        workplace.remove("memory.sqlite")
        workplace.remove("memory.pcap")
        return measured
    }
}
