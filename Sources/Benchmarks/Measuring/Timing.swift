// One line of the comparison: a piece of work, run several times.

/// The costs of the runs of one piece of work.
struct Timing {
    let name: String
    /// In the order they were run; at least one.
    let runs: [Cost]
    /// Messages that each run read or wrote; 0 where the work has none.
    var messages = 0

    /// The run that took the least time.
    var best: Cost {
        runs.min { $0.wall < $1.wall } ?? Cost(wall: .nan, processor: .nan)
    }

    /// The least processor time of any run.
    var leastProcessor: Double { runs.map(\.processor).min() ?? .nan }

    /// Does the work `count` times.
    init(_ name: String, messages: Int = 0, runs count: Int, _ work: () throws -> Cost) throws {
        Console.note("\(name) …")
        self.name = name
        self.messages = messages
        runs = try (0..<max(1, count)).map { _ in try work() }
    }

    /// The cells of the comparison's table; see ``Table``.
    var cells: [String] {
        [
            name,
            Figures.decimals(best.wall, 2),
            Figures.decimals(best.processor, 2),
            best.peakBytes.map(Figures.mebibytes) ?? "",
            messages > 0 ? String(Int(Double(messages) / best.wall)) : "",
            runs.map { Figures.decimals($0.wall, 2) }.joined(separator: "  "),
        ]
    }
}
