// Finds what several dialects make of a topic in one pass over their templates.

/// The templates of dialects that are read together.
struct ClaimTable: Sendable {
    private struct Entry: Sendable {
        var pattern: TopicPattern
        var plan: ReadingPlan
        /// The rule's number among all of the dialects.
        var rule: Int
        var dialect: Int
    }

    /// How the rules of all dialects are read, by their numbers.
    let plans: [ReadingPlan]
    /// Entries by the number of a topic's levels, the most specific first, then in the order of the dialects.
    private let byLevelCount: [[Entry]]

    init(_ dialects: [Dialect]) {
        var entries: [Entry] = []
        var plans: [ReadingPlan] = []
        for (number, dialect) in dialects.enumerated() {
            for (index, rule) in dialect.rules.enumerated() {
                entries += rule.topics.map { pattern in
                    Entry(
                        pattern: pattern,
                        plan: dialect.plans[index],
                        rule: plans.count + index,
                        dialect: number
                    )
                }
            }
            plans += dialect.plans
        }
        self.plans = plans
        // The standard sort keeps the order of equals.
        let sorted = entries.sorted { $0.pattern.specificity > $1.pattern.specificity }
        byLevelCount = (0...TopicLevels.limit).map { count in
            sorted.filter { $0.pattern.takes(levelCount: count) }
        }
    }

    /// Appends the claims on a topic: one of each dialect whose template fits, the most specific first.
    func addClaims(on topic: RawSpan, to claims: inout [TopicClaim]) {
        guard let levels = TopicLevels(topic) else { return }
        let start = claims.count
        let entries = byLevelCount[levels.count]
        for index in entries.indices where entries[index].pattern.matches(levels, in: topic) {
            let entry = entries[index]
            // Of one dialect's templates the most specific counts, and it comes first.
            let isClaimed = claims[start...].contains { $0.dialect == entry.dialect }
            if isClaimed { continue }
            claims.append(
                TopicClaim(entry.plan, entry.rule, entry.pattern, levels, in: topic, dialect: entry.dialect)
            )
        }
    }
}
