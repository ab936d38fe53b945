// The reader with a memory: it reads what a reader without one reads.

import Testing
import Traffic

@testable import Dialects

struct DialectReaderTests {
    @Test func `reads interleaved dialects as each dialect reads its own`() throws {
        let dialects = try DialectSet.builtIn()
        var reader = DialectReader(dialects)
        for _ in 0..<3 {
            for (topic, payload) in Self.examples {
                let message = Message(topic, payload)
                let read = reader.read(message)?.event
                expectSame(read, dialects.read(message))
                expectSame(read, read.flatMap { dialects[$0.dialect]?.read(message) })
                #expect(read?.kind != .unknown, "\(topic)")
            }
        }
    }

    @Test func `reads mutated messages as a reader does that has seen nothing`() throws {
        let dialects = try DialectSet.builtIn()
        var reader = DialectReader(dialects)
        var random = SplitMix(seed: 8)
        var counts = (known: 0, unknown: 0, foreign: 0)
        for _ in 0..<10_000 {
            let (topic, payload) = Self.examples[Int(random.next() % UInt64(Self.examples.count))]
            let message = Message(
                Self.changed(topic, one: random.next() % 4 == 0, by: &random),
                Self.changed(payload, one: random.next() % 4 != 0, by: &random)
            )
            let event = reader.read(message)?.event
            expectSame(event, dialects.read(message))
            guard let event else {
                counts.foreign += 1
                continue
            }
            if event.kind == .unknown { counts.unknown += 1 } else { counts.known += 1 }
        }
        #expect(min(counts.known, counts.unknown, counts.foreign) > 500)
    }

    @Test func `remembers topics up to its limit and then begins anew`() throws {
        let dialects = try DialectSet.builtIn()
        var reader = DialectReader(TopicMemory(dialects, topicLimit: 8))
        for number in 0..<100 {
            let topic = number % 3 == 0 ? "foreign/\(number)" : "v1/device-\(number)/firmware/download/cancel"
            let message = Message(topic, #"{"command_id":"c"}"#)
            let first = reader.read(message)?.event
            let again = reader.read(message)?.event
            let count = reader.topics.count
            expectSame(first, dialects.read(message))
            expectSame(again, first)
            #expect(count == number % 8 + 1)
        }
    }

    @Test func `gives one topic one hash, in every reader`() throws {
        let dialects = try DialectSet.builtIn()
        var reader = DialectReader(dialects)
        var other = DialectReader(dialects)
        var hashes: Set<UInt64> = []
        for number in 0..<1_000 {
            let message = Message("v1/\(number)/firmware/download/cancel", "{}")
            let read = reader.read(message)?.topicHash
            let again = reader.read(message)?.topicHash
            let elsewhere = other.read(message)?.topicHash
            let hash = try #require(read)
            #expect(again == hash)
            #expect(elsewhere == hash)
            hashes.insert(hash)
        }
        #expect(hashes.count == 1_000)
        for _ in 0..<2 {
            let isForeign = reader.read(Message("foreign", "{}")) == nil
            #expect(isForeign)
        }
    }

    @Test func `lets a later dialect read what an earlier one cannot, however often the topic comes`() throws
    {
        let dialects = DialectSet([
            try Self.dialect("strict", field: "{reason: {path: a, required: true}}"),
            try Self.dialect("other", field: "{reason: {path: b, required: true}}"),
        ])
        var reader = DialectReader(dialects)
        for _ in 0..<2 {
            let second = reader.read(Message("x/1", #"{"b":"1"}"#))?.event
            #expect(second?.dialect == "other")
            let first = reader.read(Message("x/1", #"{"a":"1"}"#))?.event
            #expect(first?.dialect == "strict")
            let neither = reader.read(Message("x/1", "{}"))?.event
            #expect(neither?.dialect == "strict")
            #expect(neither?.reason == "field a: missing")
        }
    }

    private static func dialect(_ name: String, field: String) throws -> Dialect {
        let yaml = """
            dialect: \(name)
            subscriptions: ["x/+"]
            messages: [{name: m, topic: "x/{device}", direction: up, event: log, fields: \(field)}]
            """
        return try .load(yaml: yaml, origin: "\(name).yaml")
    }

    /// The text's bytes, one of them changed to any other value if so wished.
    private static func changed(_ text: String, one: Bool, by random: inout SplitMix) -> [UInt8] {
        var bytes = Array(text.utf8)
        if one, !bytes.isEmpty {
            bytes[Int(random.next() % UInt64(bytes.count))] = UInt8(random.next() % 256)
        }
        return bytes
    }
}
