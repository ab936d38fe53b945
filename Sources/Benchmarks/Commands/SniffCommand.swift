// `otatape-bench sniff`, which `make bench-sniff` runs: packets a second without a loss, beside tcpdump.

import ArgumentParser
import Foundation

struct SniffCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sniff",
        abstract: "Measure how fast packets may come on loopback before one is lost, against tcpdump -w.",
        discussion:
            "tcpreplay sends a generated capture at one rate after the other; needs root, tcpdump and tcpreplay."
    )

    /// Packets a second that are tried, the fastest first; 0 is as fast as tcpreplay can.
    private static let rates = [
        0, 400_000, 300_000, 250_000, 200_000, 150_000, 100_000, 75_000, 50_000, 25_000,
    ]
    /// The kernel's ring in KiB, the same for both.
    private static let ring = 65_536

    @OptionGroup var options: RolloutOptions
    @OptionGroup var place: WorkplaceOptions
    @OptionGroup var goals: CheckOptions

    @Option(help: "Runs of each program at each rate; the fastest without a loss counts.")
    var runs = 3

    func run() throws {
        guard let tcpreplay = Workplace.find("tcpreplay"), let tcpdump = Workplace.find("tcpdump") else {
            throw ToolError("tcpreplay and tcpdump are needed; they are in Debian's packages of these names.")
        }
        let workplace = try place.open()
        let capture = try workplace.generate(options.rollout, as: "sniff.pcap")
        let contestants: [Contestant] = [
            ("tcpdump -w", { try startTcpdump(tcpdump, workplace) }, { try tcpdumpLosses(workplace) }),
            ("otatape record", { try startOtatape(workplace) }, { try otatapeLosses(workplace) }),
        ]
        let best = try contestants.map { contestant in
            for rate in Self.rates {
                Console.note("\(contestant.name) at \(rate == 0 ? "full speed" : "\(rate) packets/s") …")
                // Whatever else the machine does slows the sender down, too: the best run counts.
                let sent = try (0..<max(1, runs)).map { _ in
                    try attempt(contestant, tcpreplay, rate, workplace, packets: capture.packets)
                }
                if let fastest = sent.max(), fastest > 0 { return fastest }
            }
            return 0.0
        }
        try goals.judge([
            Goal(
                name: "packets/s without a loss vs tcpdump",
                measured: best[1] / best[0],
                unit: " × its rate",
                sense: .atLeast,
                limit: 0.9
            )
        ])
    }

    private typealias Contestant = (
        name: String, start: () throws -> RunningProgram, losses: () throws -> Losses
    )

    /// Sends everything at one rate; packets a second, 0 when one was lost.
    private func attempt(
        _ contestant: Contestant,
        _ tcpreplay: String,
        _ rate: Int,
        _ workplace: Workplace,
        packets: Int
    ) throws -> Double {
        let program = try contestant.start()
        let sent = try send(tcpreplay, rate, workplace, packets: packets)
        // tcpdump leaves unread what is still in the ring when it is stopped.
        sleep(2)
        let stopped = Monotonic.now
        try program.stop()
        let ending = Figures.decimals(Monotonic.now - stopped, 1)
        let losses = try contestant.losses()
        Console.write("\(contestant.name): \(Int(sent)) packets/s, \(losses), \(ending) s to end")
        return losses.seen >= packets && losses.dropped == 0 ? sent : 0
    }

    /// What a program says that it saw, and did not see.
    struct Losses: CustomStringConvertible {
        var seen: Int
        var dropped: Int
        /// Messages in the store; `nil` where there is none.
        var messages: Int?
        var description: String {
            "\(seen) seen, \(dropped) dropped" + (messages.map { ", \($0) messages stored" } ?? "")
        }
    }

    /// Sends the capture; packets a second.
    private func send(_ tcpreplay: String, _ rate: Int, _ workplace: Workplace, packets: Int) throws -> Double
    {
        let pace = rate == 0 ? ["--topspeed"] : ["--pps", String(rate)]
        let words = ["--preload-pcap", "-q", "-i", "lo"] + pace + [workplace.path("sniff.pcap")]
        _ = try workplace.run(MeasuredProgram(path: tcpreplay, arguments: words), output: "sent.txt")
        let said = try workplace.text("sent.txt")
        // "Rated: 178893022.4 Bps, 1431.14 Mbps, 1105394.55 pps"
        guard let line = said.split(separator: "\n").first(where: { $0.contains("Rated:") }),
            let text = line.split(separator: ",").last?.split(separator: " ").first, let sent = Double(text)
        else { throw ToolError("tcpreplay does not say how fast it was:\n\(said)") }
        return sent
    }

    private func startTcpdump(_ tcpdump: String, _ workplace: Workplace) throws -> RunningProgram {
        let words = [
            "-i", "lo", "-Q", "in", "-B", String(Self.ring), "-w", workplace.path("dump.pcap"), "-Z", "root",
            "tcp",
        ]
        let program = try MeasuredProgram(path: tcpdump, arguments: words).start(
            notes: workplace.path("dump.txt")
        )
        try Patience.wait(seconds: 20, for: "tcpdump") {
            try workplace.text("dump.txt").contains("listening")
        }
        return program
    }

    private func tcpdumpLosses(_ workplace: Workplace) throws -> Losses {
        let said = try workplace.text("dump.txt")
        func number(_ words: String) -> Int {
            said.split(separator: "\n").first { $0.hasSuffix(words) }.flatMap {
                Int($0.prefix { $0.isNumber })
            } ?? 0
        }
        workplace.remove("dump.pcap")
        return Losses(
            seen: number("packets captured"),
            dropped: number("packets dropped by kernel") + number("packets dropped by interface")
        )
    }

    private func startOtatape(_ workplace: Workplace) throws -> RunningProgram {
        workplace.remove("sniff.sqlite")
        let words = [
            "record", "-i", "lo", "-B", "\(Self.ring)KB", "--store", workplace.path("sniff.sqlite"), "tcp",
        ]
        let program = try MeasuredProgram(path: workplace.otatape, arguments: words)
            .start(notes: workplace.path("record.txt"))
        try Patience.wait(seconds: 20, for: "otatape") {
            try workplace.text("record.txt").contains("recording to")
        }
        return program
    }

    private func otatapeLosses(_ workplace: Workplace) throws -> Losses {
        let store = try SQLiteFile(path: workplace.path("sniff.sqlite"), isReadOnly: true)
        let row = try store.texts(
            "SELECT packets, kernel_drops + interface_drops + queue_drops, messages_kept FROM recording"
        )
        let numbers = row.first?.compactMap { Int($0) } ?? []
        guard numbers.count == 3 else { throw ToolError("The store has no recording.") }
        return Losses(seen: numbers[0], dropped: numbers[1], messages: numbers[2])
    }
}
