// Finds the template that a topic fits.

/// All templates of a dialect, the most specific first.
struct TopicTable: Sendable {
    /// A template and the rule it belongs to.
    struct Entry: Sendable {
        var pattern: TopicPattern
        /// Index of the rule in the dialect.
        var rule: Int
    }

    /// Entries by number of levels, each sorted by falling specificity and then by the definition's order.
    private let byLevelCount: [[Entry]]

    init(_ entries: [Entry]) {
        var byLevelCount = [[Entry]](repeating: [], count: TopicLevels.limit + 1)
        for entry in entries { byLevelCount[entry.pattern.levels.count].append(entry) }
        self.byLevelCount = byLevelCount.map { entries in
            // The standard sort keeps the order of equals.
            entries.sorted { $0.pattern.specificity > $1.pattern.specificity }
        }
    }

    /// The entry whose template fits, with the topic's levels; `nil` when none does.
    func match(_ topic: [UInt8]) -> (entry: Entry, levels: TopicLevels)? {
        guard let levels = TopicLevels(topic) else { return nil }
        guard let entry = byLevelCount[levels.count].first(where: { $0.pattern.matches(levels, in: topic) })
        else { return nil }
        return (entry, levels)
    }
}
