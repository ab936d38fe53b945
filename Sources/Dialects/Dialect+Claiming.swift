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

extension DialectSet {
    /// The claims on a topic, the most specific first, those that are equally so in the order of the dialects.
    func claims(on topic: RawSpan) -> [TopicClaim] {
        var claims: [TopicClaim] = []
        var ruleCount = 0
        for dialect in all {
            if let claimed = dialect.claim(on: topic, rulesBefore: ruleCount) { claims.append(claimed.claim) }
            ruleCount += dialect.plans.count
        }
        // The standard sort keeps the order of equals.
        return claims.count < 2 ? claims : claims.sorted { $0.specificity > $1.specificity }
    }
}
