// `otatape-bench allocations`, which `make bench-allocations` runs: what a further message allocates.

import ArgumentParser
import Foundation

struct AllocationsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "allocations",
        abstract: "Count allocations of import and inspect at n and 2n messages per device, with heaptrack."
    )

    @OptionGroup var place: WorkplaceOptions

    @Option(help: "Devices of both captures.")
    var devices = 500

    @Option(help: "Messages per device of the first capture; the second has twice as many.")
    var messages = 44

    func run() throws {
        guard let heaptrack = Workplace.find("heaptrack") else {
            Console.note("heaptrack is missing, and with it the count; it is in Debian's package heaptrack")
            return
        }
        let workplace = try place.open()
        let captures = try [messages, 2 * messages].map { count in
            let rollout = Rollout(devices: devices, messagesPerDevice: count)
            return try workplace.generate(rollout, as: "allocations-\(count).pcap").messages
        }
        var rows = [["", "at \(captures[0])", "at \(captures[1])", "per further message"]]
        for command in ["inspect", "import"] {
            let counts = try [messages, 2 * messages].map { count in
                try allocations(of: command, on: "allocations-\(count).pcap", workplace, heaptrack)
            }
            let slope = Double(counts[1] - counts[0]) / Double(captures[1] - captures[0])
            rows.append(["otatape \(command)"] + counts.map(String.init) + [Figures.decimals(slope, 3)])
        }
        for line in Table.lines(rows) { Console.write(line) }
    }

    /// Calls of allocation functions in one run under heaptrack.
    private func allocations(
        of command: String,
        on capture: String,
        _ workplace: Workplace,
        _ heaptrack: String
    ) throws -> Int {
        Console.note("heaptrack otatape \(command) …")
        workplace.remove("allocations.sqlite")
        let store = command == "import" ? ["--store", workplace.path("allocations.sqlite")] : []
        let program = MeasuredProgram(
            path: heaptrack,
            arguments: [
                "--output", workplace.path("heap"), workplace.otatape, command, workplace.path(capture),
            ]
                + store
        )
        _ = try workplace.run(program)
        // heaptrack's own words are on stderr: "	allocations:          	12345".
        let line = try workplace.text(Workplace.notes).split(separator: "\n").last {
            $0.contains("\tallocations:")
        }
        guard let words = line?.split(whereSeparator: \.isWhitespace),
            let count = words.last.flatMap({ Int($0) })
        else { throw ToolError("heaptrack said nothing about allocations.") }
        return count
    }
}
