// Which topics are the dialect's.

extension Dialect {
    /// The template that a topic fits, and what the dialect makes of the topic; `nil` when none fits.
    func claim(
        on topic: RawSpan
    ) -> (rule: Int, pattern: TopicPattern, claim: TopicClaim)? {
        guard let (entry, levels) = topics.match(topic) else { return nil }
        let claim = TopicClaim(plans[entry.rule], entry.rule, entry.pattern, levels, in: topic)
        return (entry.rule, entry.pattern, claim)
    }
}

extension DialectSet {
    /// The claims on a topic, the most specific first, those that are equally so in the order of the dialects.
    func claims(on topic: RawSpan) -> [TopicClaim] {
        var claims: [TopicClaim] = []
        table.addClaims(on: topic, to: &claims)
        return claims
    }
}
