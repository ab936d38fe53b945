// Which topics are the dialect's.

extension Dialect {
    /// The template that a topic fits, and what the dialect makes of the topic; `nil` when none fits.
    func claim(
        on topic: RawSpan,
        rulesBefore: Int = 0
    ) -> (rule: Int, pattern: TopicPattern, claim: TopicClaim)? {
        guard let (entry, levels) = topics.match(topic) else { return nil }
        let claim = TopicClaim(plans[entry.rule], rulesBefore + entry.rule, entry.pattern, levels, in: topic)
        return (entry.rule, entry.pattern, claim)
    }
}
