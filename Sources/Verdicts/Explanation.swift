// Which differences follow from something that is known already. design.md §6, verdict rules.

import Traffic

/// Tells the differences that follow from a changed outcome or a setting from those that are findings.
struct Explanation {
    let isOutcomeChanged: Bool
    let substitutions: Set<JudgeConditions.Substitution>
    /// Whether the recording ends before the session did.
    let isTailMissing: Bool

    private static let ofImage: Set<String> = [
        "offer.size", "offer.digest-length", "offer.digest-algorithm", "transfer.bytes", "transfer.digest",
        "progress.total", "progress.last", "result.total", "result.percent", "result.digest-verified",
    ]

    /// The difference, marked as explained where it is.
    func explaining(_ difference: Difference) -> Difference {
        var marked = difference
        marked.isExplained = covers(difference)
        return marked
    }

    private func covers(_ difference: Difference) -> Bool {
        let field = Self.withoutNumber(difference.field)
        let part = field.prefix { $0 != "." }
        if isTailMissing && difference.recorded == nil { return true }
        if isOutcomeChanged && part != "offer" && !isFault(difference) { return true }
        if substitutions.contains(.image) && Self.ofImage.contains(field) { return true }
        return substitutions.contains(.network)
            && (part == "transfer" || field == "progress.last" || field == "progress")
    }

    /// Whether the difference is wrong under any outcome: an unbound id, an order that is broken now.
    private func isFault(_ difference: Difference) -> Bool {
        switch Rule(rawValue: difference.rule) {
        case .identity: true
        case .order: difference.observed == OrderRule.broken
        case .monotone: difference.observed == ProgressShape.falling
        default: false
        }
    }

    /// Takes the number out of a field's name: `result[2].code` becomes `result.code`.
    private static func withoutNumber(_ field: String) -> String {
        guard let open = field.firstIndex(of: "["), let close = field.firstIndex(of: "]") else {
            return field
        }
        return String(field[..<open] + field[field.index(after: close)...])
    }
}
