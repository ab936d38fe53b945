// The comparison that the project's speed is promised by.

/// All measurements on one capture.
struct Comparison {
    let packets: Timing
    /// The same packets as pcapng, by libpcap and by our own reader.
    let blocks: (libpcap: Timing, otatape: Timing)
    let listing: Timing
    let importing: Timing
    /// With indexes along and after.
    let bare: [Timing]
    /// `nil` where tshark is missing or was left out.
    let tshark: Timing?

    /// The table, its head first.
    var rows: [[String]] {
        let head = ["", "wall s", "CPU s", "peak MiB", "messages/s", "wall s of all runs"]
        let readers = [packets, blocks.libpcap, blocks.otatape]
        return [head] + (readers + [listing, importing] + bare + [tshark].compactMap { $0 }).map(\.cells)
    }

    /// What is promised.
    ///
    /// Against bare SQLite the faster of its two ways counts.
    var goals: [Goal] {
        var goals: [Goal] = []
        if let tshark {
            goals.append(
                Goal(
                    name: "import vs tshark",
                    measured: tshark.best.wall / importing.best.wall,
                    unit: " × faster",
                    sense: .atLeast,
                    goal: 20,
                    limit: 15,
                    decimals: 1,
                    aside: aside(tshark.best.processor / importing.best.processor)
                )
            )
        }
        if let fastest = bare.map(\.best).min(by: { $0.wall < $1.wall }) {
            goals.append(
                Goal(
                    name: "import vs bare SQLite",
                    measured: importing.best.wall / fastest.wall,
                    unit: " × its time",
                    sense: .atMost,
                    goal: 1.5,
                    limit: 2,
                    aside: aside(importing.best.processor / fastest.processor)
                )
            )
        }
        goals.append(
            Goal(
                name: "reading pcapng vs libpcap",
                // Runs this short are not to be told from other programs' by the wall clock.
                measured: blocks.otatape.leastProcessor / blocks.libpcap.leastProcessor,
                unit: " × its CPU",
                sense: .atMost,
                goal: 1,
                limit: 1.5
            )
        )
        return goals
    }

    /// The ratio of processor time: on a busy machine it says more than the wall clock does.
    private func aside(_ ratio: Double) -> String {
        ", \(Figures.decimals(ratio, 2)) by CPU"
    }
}
