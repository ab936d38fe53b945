// `otatape-bench compare`, which `make bench` runs: our programs and others' on the same file.

import ArgumentParser
import Foundation

struct CompareCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract:
            "Measure inspect and import against libpcap, tshark and bare SQLite on one generated capture."
    )

    @OptionGroup var options: RolloutOptions
    @OptionGroup var place: WorkplaceOptions
    @OptionGroup var goals: CheckOptions

    @Option(help: "Runs of each program; the fastest counts, all are shown.")
    var runs = 3

    @Flag(help: "Leave tshark out, which takes most of the time.")
    var withoutTshark = false

    func run() throws {
        let workplace = try place.open()
        let capture = try workplace.generate(options.rollout, as: "bench.pcap")
        describe(capture)
        _ = try workplace.run(
            MeasuredProgram(
                path: "/proc/self/exe",
                arguments: ["copy", workplace.path("bench.pcap"), workplace.path("bench.pcapng")]
            )
        )
        let comparison = try Comparison(
            packets: readPackets(workplace, "bench.pcap", .libpcap),
            blocks: (
                readPackets(workplace, "bench.pcapng", .libpcap),
                readPackets(workplace, "bench.pcapng", .otatape)
            ),
            listing: Timing("otatape inspect", messages: capture.messages, runs: runs) {
                try workplace.otatape(["inspect", workplace.path("bench.pcap")])
            },
            importing: Timing("otatape import", messages: capture.messages, runs: runs) {
                try workplace.importing("bench.pcap", into: "bench.sqlite")
            },
            bare: BareStore.Indexing.allCases.map { indexing in
                try Timing(
                    "bare SQLite, indexes \(indexing.rawValue)",
                    messages: capture.messages,
                    runs: runs
                ) { try insertRows(workplace, indexing) }
            },
            tshark: tshark(workplace, capture)
        )
        Console.write("import said: " + (try workplace.text("import.txt")).trimmingCharacters(in: .newlines))
        for line in Table.lines(comparison.rows) { Console.write(line) }
        try goals.judge(comparison.goals)
    }

    private func describe(_ capture: RolloutSummary) {
        let load = (try? String(contentsOfFile: "/proc/loadavg", encoding: .utf8))?.split(separator: " ")
            .first
        Console.write(
            "\(capture.messages) PUBLISH in \(capture.packets) packets, \(capture.flows) flows, "
                + "\(capture.downloads) downloads, \(capture.halfOpenFlows) half-open flows, "
                + "\(Figures.mebibytes(capture.bytes)) MiB; "
                + "\(ProcessInfo.processInfo.activeProcessorCount) processors, load \(load ?? "?") before"
        )
    }

    private func readPackets(
        _ workplace: Workplace,
        _ name: String,
        _ reader: PacketCount.Reader
    ) throws -> Timing {
        let words = ["read-packets", workplace.path(name), "--reader", reader.rawValue]
        // Once for nothing: the file is in memory then, for all.
        _ = try workplace.tool(words, as: PacketCount.self)
        let title =
            "\(reader == .libpcap ? "libpcap" : "our reader") alone, \(name.split(separator: ".").last ?? "")"
        return try Timing(title, runs: runs) { try workplace.tool(words, as: PacketCount.self).1 }
    }

    private func insertRows(
        _ workplace: Workplace,
        _ indexing: BareStore.Indexing
    ) throws -> Cost {
        workplace.remove("bare.sqlite")
        let files = [workplace.path("bench.sqlite"), workplace.path("bare.sqlite")]
        return try workplace.tool(
            ["insert-rows"] + files + ["--indexes", indexing.rawValue],
            as: BareStore.Insertion.self
        ).0.cost
    }

    private func tshark(_ workplace: Workplace, _ capture: RolloutSummary) throws -> Timing? {
        guard !withoutTshark else { return nil }
        guard let tshark = Workplace.find("tshark") else {
            Console.note("tshark is missing, and with it the comparison; it is in Debian's package tshark")
            return nil
        }
        // Without name resolution: it is about reading.
        let words = ["-n", "-r", workplace.path("bench.pcap"), "-Y", "mqtt.msgtype == 3", "-T", "fields"]
        let program = MeasuredProgram(
            path: tshark,
            arguments: words + ["-e", "mqtt.topic", "-e", "mqtt.msg"]
        )
        return try Timing("tshark -T fields", messages: capture.messages, runs: runs) {
            try workplace.run(program)
        }
    }
}
