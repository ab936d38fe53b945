// Whether a definition is right, and what its author may have overlooked.

public import Dialects

/// What is wrong with a definition file, and what is worth a look.
public struct DefinitionCheck: Sendable {
    /// The definition, where it compiles.
    public private(set) var dialect: Dialect?
    /// What keeps it from being used; each names file, line and remedy.
    public private(set) var errors: [String] = []
    /// What it can be used with nevertheless.
    public private(set) var warnings: [String] = []

    /// Checks a definition by itself and beside the built-in ones.
    public init(_ text: DefinitionText, beside others: [Dialect] = []) {
        do {
            let dialect = try Dialect.load(yaml: text.yaml, origin: text.origin)
            self.dialect = dialect
            errors = SampleCheck.failures(of: dialect).map { failure in
                "\(text.origin):\(failure.line): sample of \(failure.rule) on \(failure.topic): expected "
                    + "\(failure.expected), got \(failure.actual); correct the sample or the fields"
            }
            warnings = Self.warnings(about: dialect, of: text.origin, beside: others)
        } catch {
            errors = [error.description]
        }
    }

    private static func warnings(about dialect: Dialect, of origin: String, beside others: [Dialect])
        -> [String]
    {
        var warnings: [String] = []
        let filters = dialect.subscriptions.map { (text: $0, filter: TopicFilter($0)) }
        let unreached = dialect.messages.flatMap(\.topics).filter { topic in
            !filters.contains { $0.filter.covers(template: topic) }
        }
        if let first = unreached.first {
            warnings.append(
                "no subscription reaches \(first)"
                    + (unreached.count > 1 ? " and \(unreached.count - 1) more topics" : "")
                    + "; a recording from the broker misses them, a capture does not"
            )
        }
        for message in dialect.messages where message.samples.isEmpty {
            warnings.append("message \(message.name) has no sample; add one under `samples:`")
        }
        for (index, (text, filter)) in filters.enumerated() {
            for other in filters[(index + 1)...] where filter.overlaps(other.filter) {
                warnings.append("subscriptions \(text) and \(other.text) overlap; " + Self.twice)
            }
            for stranger in others where stranger.name != dialect.name {
                for other in stranger.subscriptions where filter.overlaps(TopicFilter(other)) && other != text
                {
                    warnings.append(
                        "subscription \(text) overlaps \(other) of \(stranger.name); " + Self.twice
                    )
                }
            }
        }
        return warnings.map { "\(origin): \($0)" }
    }

    private static let twice = "a broker may deliver one message twice, which counts as a copy"
}
