// A figure that the project promises, and what was measured.

/// A measured figure beside its goal and its limit.
struct Goal {
    /// Which side of the goal is the good one.
    enum Sense {
        case atLeast, atMost
    }

    /// What is compared, such as `import vs tshark`.
    let name: String
    let measured: Double
    /// What stands behind the figure, such as ` × faster`.
    let unit: String
    let sense: Sense
    /// What we want; `nil` where the limit is all.
    var goal: Double?
    /// What must hold.
    let limit: Double
    var decimals = 2
    /// The same figure measured otherwise, where that helps to judge it.
    var aside = ""

    /// Whether the limit holds.
    var isMet: Bool { holds(limit) }

    /// The goal as a line.
    var line: String {
        let word = sense == .atLeast ? "floor" : "ceiling"
        let wanted = goal.map { "goal \(text($0)), " } ?? ""
        let verdict = goal.map(holds) == true ? "goal met" : isMet ? "\(word) met" : "MISSED"
        return "\(name): \(Figures.decimals(measured, decimals))\(unit)\(aside) "
            + "(\(wanted)\(word) \(text(limit))): \(verdict)"
    }

    private func holds(_ bound: Double) -> Bool {
        sense == .atLeast ? measured >= bound : measured <= bound
    }

    private func text(_ number: Double) -> String {
        number == number.rounded() ? Figures.decimals(number, 0) : Figures.decimals(number, 1)
    }
}
