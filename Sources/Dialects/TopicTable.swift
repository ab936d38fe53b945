// Finds the template that a topic fits.

/// All templates of a dialect, the most specific first.
struct TopicTable: Sendable {
    /// A template and the rule it belongs to.
    struct Entry: Sendable {
        var pattern: TopicPattern
        /// Index of the rule in the dialect.
        var rule: Int
    }

    /// Entries by the number of a topic's levels, each sorted by falling specificity and then by the definition's order.
    private let byLevelCount: [[Entry]]

    init(_ entries: [Entry]) {
        byLevelCount = (0...TopicLevels.limit).map { count in
            // The standard sort keeps the order of equals.
            entries.filter { $0.pattern.takes(levelCount: count) }
                .sorted { $0.pattern.specificity > $1.pattern.specificity }
        }
    }

    /// The entry whose template fits, with the topic's levels; `nil` when none does.
    func match(_ topic: RawSpan) -> (entry: Entry, levels: TopicLevels)? {
        guard let levels = TopicLevels(topic) else { return nil }
        for entry in byLevelCount[levels.count] where entry.pattern.matches(levels, in: topic) {
            return (entry, levels)
        }
        return nil
    }
}
