// Topic filters, compared with templates and with each other.

import Dialects
import Testing

struct TopicFilterTests {
    @Test(
        arguments: [
            ("a/+/c", "a/{device}/c", true), ("a/#", "a/{device}/c", true), ("a/#", "a", true),
            ("a/b/c", "a/{device}/c", false), ("a/+", "a/{device}/c", false), ("+/b", "a/b", true),
            ("a/+/c", "a/{device+}/c", false), ("a/#", "a/{device+}/c", true),
            ("a/+/c", "a/(b|d)/c", true), ("#", "$sys/{device}", false), ("$sys/+", "$sys/{device}", true),
            ("/+/c", "/{device}/c", true), ("/+/c", "{device}/c", false),
        ]
    )
    func `covers a template when every topic of it gets through`(
        filter: String,
        template: String,
        isCovered: Bool
    ) {
        #expect(TopicFilter(filter).covers(template: template) == isCovered)
    }

    @Test(
        arguments: [
            ("a/+", "a/b", true), ("a/#", "a", true), ("a/#", "a/b/c", true), ("a/b", "a/c", false),
            ("+/+/c", "a/b/d", false), ("a/+/#", "a", false), ("#", "$sys/x", false),
            ("+/x", "$sys/x", false),
            ("$sys/#", "$sys/+", true), ("/+/c", "+/c", false),
        ]
    )
    func `overlaps another when one topic gets through both`(one: String, other: String, overlaps: Bool) {
        #expect(TopicFilter(one).overlaps(TopicFilter(other)) == overlaps)
        #expect(TopicFilter(other).overlaps(TopicFilter(one)) == overlaps)
    }
}
