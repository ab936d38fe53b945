// Text that MQTT allows.

import Testing

@testable import Wire

private func isText(_ bytes: [UInt8], _ rule: RawSpan.TextRule = .text) -> Bool {
    bytes.span.bytes.isText(in: bytes.indices, rule)
}

@Test(arguments: ["", "plain", "Ärger", "升级", "🚀", "\u{10FFFF}"])
func `accepts well-formed text`(text: String) {
    #expect(isText(Array(text.utf8)))
}

@Test(
    arguments: [
        // NUL; a lone continuation; overlong `/` in two and three bytes; a surrogate; beyond U+10FFFF; cut sequences.
        [0x00], [0x80], [0xC0, 0xAF], [0xE0, 0x80, 0xAF], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80],
        [0xC3],
        [0xE2, 0x82], [0xF0, 0x9F, 0x9A], [0xE2, 0x28, 0xA1], [0xF5, 0x80, 0x80, 0x80],
    ] as [[UInt8]]
)
func `refuses ill-formed text`(bytes: [UInt8]) {
    #expect(!isText(bytes))
}

@Test func `refuses wildcards in topic names only`() {
    #expect(isText(Array("a/+".utf8)))
    #expect(!isText(Array("a/+".utf8), .topicName))
    #expect(!isText(Array("a/#".utf8), .topicName))
}

@Test(
    arguments: [
        ("#", true), ("a/#", true), ("+", true), ("+/a/+", true), ("/", true), ("$share/g/a", true),
        ("", false),
        ("a#", false), ("#/a", false), ("a/+b", false), ("a+/b", false),
    ] as [(String, Bool)]
)
func `knows topic filters`(filter: String, isValid: Bool) {
    let bytes = Array(filter.utf8)
    let result = bytes.span.bytes.isTopicFilter(in: bytes.indices)
    #expect(result == isValid)
}
