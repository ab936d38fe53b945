// Templates against topics, level by level.

import Testing

@testable import Dialects

struct TopicPatternTests {
    @Test(
        arguments: [
            ("/{product}/{device}/x", "/p/d/x", true),
            ("/{product}/{device}/x", "p/d/x", false),
            ("/{product}/{device}/x", "/p/d/x/", false),
            ("/{product}/{device}/x", "/p/d", false),
            ("/{product}/{device}/x", "//d/x", false),
            ("/{product}/{device}/x", "/p//x", false),
            ("/{product}/{device}/x", "/{productId}/{deviceId}/x", true),
            ("/{product}/{device}/x", "/p/d/X", false),
            ("{device}", "d", true),
            ("{device}", "", false),
            ("a//{device}", "a//d", true),
            ("$oc/{device}", "$oc/d", true),
        ]
    )
    func `fits topics level by level`(template: String, topic: String, fits: Bool) throws {
        let pattern = try TopicPattern(template)
        let levels = try #require(TopicLevels(Array(topic.utf8)))
        #expect(pattern.matches(levels, in: Array(topic.utf8)) == fits)
    }

    // The author of seed B subscribes to the placeholders themselves (dialects.md §3.1).
    @Test func `takes braces in a topic as what they are`() throws {
        let read = try Dialect.jetlinks().read("/{productId}/{deviceId}/firmware/read", "{}")
        #expect(read?.productID == "{productId}")
        #expect(read?.deviceID == "{deviceId}")
    }

    @Test func `takes uplink topics without the leading slash, downlink ones not`() throws {
        #expect(try Dialect.jetlinks().read("p/d/firmware/report", "{}") != nil)
        #expect(try Dialect.jetlinks().read("p/d/firmware/upgrade", "{}") == nil)
    }

    @Test func `prefers the template with more literal levels, then the earlier one`() throws {
        let templates = ["{product}/{device}/x", "{product}/d/x", "p/{device}/x", "{gateway}/{device}/x"]
        let table = TopicTable(
            try templates.enumerated().map { TopicTable.Entry(pattern: try TopicPattern($1), rule: $0) }
        )
        #expect(table.match(Array("p/d/x".utf8))?.entry.rule == 1)
        #expect(table.match(Array("p/e/x".utf8))?.entry.rule == 2)
        #expect(table.match(Array("q/e/x".utf8))?.entry.rule == 0)
    }

    @Test func `gives no level to a topic deeper than any template`() {
        let deepest = [UInt8](repeating: UInt8(ascii: "/"), count: TopicLevels.limit - 1)
        #expect(TopicLevels(deepest)?.count == TopicLevels.limit)
        #expect(TopicLevels(deepest + [UInt8(ascii: "/")]) == nil)
        #expect(TopicLevels([UInt8](repeating: UInt8(ascii: "/"), count: 65_535)) == nil)
    }

    @Test func `reads ids that are not UTF-8 with replacement characters`() throws {
        let topic: [UInt8] = Array("v1/".utf8) + [0xFF] + Array("/firmware/download/cancel".utf8)
        let read = try Dialect.iotCloudOTA().read(.init(topic, Array("{}".utf8)))
        #expect(read?.deviceID == "\u{FFFD}")
    }

    @Test(
        arguments: [
            ("{who}/x", .unknownCapture("who")),
            ("{device}/{device}", .repeatedCapture("device")),
            ("a/b{device}", .strayCharacter(level: "b{device}")),
            ("a/#", .strayCharacter(level: "#")),
            ("a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p/q", .tooManyLevels),
        ] as [(String, TopicPattern.Fault)]
    )
    func `refuses templates that mean nothing`(template: String, fault: TopicPattern.Fault) {
        #expect(throws: fault) { try TopicPattern(template) }
    }
}
