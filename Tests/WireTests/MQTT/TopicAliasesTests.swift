// Topics by alias, within a bound.

import Testing

@testable import Wire

@discardableResult
private func bind(
    _ aliases: inout TopicAliases,
    _ alias: UInt16,
    _ topic: String,
    limit: Int = 100
) -> Bool {
    let bytes = Array(topic.utf8)
    return aliases.bind(alias, to: bytes.span.bytes, limit: limit)
}

@Test func `binds an alias anew`() {
    var aliases = TopicAliases()
    bind(&aliases, 1, "a")
    bind(&aliases, 1, "b")
    #expect(aliases.topic(of: 1) == Array("b".utf8))
    #expect(aliases.topic(of: 2) == nil)
}

@Test func `forgets an alias rather than let it stand for a wrong topic`() {
    var aliases = TopicAliases()
    bind(&aliases, 1, "four", limit: 5)
    let isKept = bind(&aliases, 2, "two", limit: 5)
    #expect(!isKept && aliases.topic(of: 2) == nil)
    bind(&aliases, 1, "longer than the bound", limit: 5)
    #expect(aliases.topic(of: 1) == nil)
    bind(&aliases, 2, "two", limit: 5)
    #expect(aliases.topic(of: 2) == Array("two".utf8))
}
