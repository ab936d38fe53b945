// The comparison that the project's speed is promised by.

/// All measurements on one capture.
struct Comparison {
    let packets: Timing
    let listing: Timing
    let importing: Timing
    /// With indexes along and after.
    let bare: [Timing]
    /// `nil` where tshark is missing or was left out.
    let tshark: Timing?

    /// The table, its head first.
    var rows: [[String]] {
        let head = ["", "wall s", "CPU s", "peak MiB", "messages/s", "wall s of all runs"]
        return [head] + ([packets, listing, importing] + bare + [tshark].compactMap { $0 }).map(\.cells)
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
                    decimals: 1
                )
            )
        }
        if let fastest = bare.map(\.best.wall).min() {
            goals.append(
                Goal(
                    name: "import vs bare SQLite",
                    measured: importing.best.wall / fastest,
                    unit: " × its time",
                    sense: .atMost,
                    goal: 1.5,
                    limit: 2
                )
            )
        }
        return goals
    }
}
