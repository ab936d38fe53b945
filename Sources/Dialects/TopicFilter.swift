// Which topics an MQTT topic filter lets through. MQTT 3.1.1 §4.7.

/// A topic filter, asked about topic templates and other filters rather than about topics.
public struct TopicFilter: Hashable, Sendable {
    private let levels: [Substring]

    /// A filter as it is subscribed to; one that is malformed simply lets nothing through.
    public init(_ filter: String) {
        levels = filter.split(separator: "/", omittingEmptySubsequences: false)
    }

    /// Whether every topic of a template, whose captures stand in braces, gets through.
    public func covers(template: String) -> Bool {
        let topic = template.split(separator: "/", omittingEmptySubsequences: false)
        // Wildcards at the beginning let no topic through that begins with `$`.
        if topic.first?.hasPrefix("$") == true, levels.first?.isWildcard == true { return false }
        for (index, level) in levels.enumerated() {
            if level == "#" { return true }
            guard index < topic.count else { return false }
            if topic[index].isTail { return false }
            if level != "+" && level != topic[index] { return false }
        }
        return levels.count == topic.count
    }

    /// Whether some topic gets through both: a broker delivers it to one client once for each filter.
    public func overlaps(_ other: TopicFilter) -> Bool {
        for (mine, theirs) in zip(levels, other.levels) {
            if mine == "#" || theirs == "#" { return !hidesRoot(other) }
            if mine != theirs && mine != "+" && theirs != "+" { return false }
        }
        let isSameLength = levels.count == other.levels.count
        let longer = levels.count > other.levels.count ? levels : other.levels
        let endsInTail = abs(levels.count - other.levels.count) == 1 && longer.last == "#"
        return (isSameLength || endsInTail) && !hidesRoot(other)
    }

    /// Whether one begins with `$` and the other with a wildcard.
    private func hidesRoot(_ other: TopicFilter) -> Bool {
        guard let mine = levels.first, let theirs = other.levels.first else { return false }
        return (mine.isWildcard && theirs.hasPrefix("$")) || (theirs.isWildcard && mine.hasPrefix("$"))
    }
}

private extension Substring {
    var isWildcard: Bool { self == "+" || self == "#" }

    /// Whether a level of a template stands for several levels of a topic.
    var isTail: Bool { hasPrefix("{") && hasSuffix("+}") }
}
