// Messages of one topic share what they state alike, and nothing else.

import Testing
import Traffic

@testable import Dialects

struct TextMemoryTests {
    private static let topic = "/p/d/firmware/upgrade/progress"

    @Test func `shares the texts of reports that differ in figures alone`() throws {
        var reader = DialectReader(try .builtIn())
        let first = try event(#"{"messageId":"m","progress":1,"version":"2"}"#, &reader)
        let second = try event(#"{"version":"2","progress":2,"messageId":"m"}"#, &reader)
        #expect(first.sharesTexts(with: second))
        #expect(second.percent == 2)
        #expect(second.version == "2")
    }

    @Test(arguments: [
        #"{"messageId":"n","progress":1,"version":"2"}"#,
        #"{"messageId":"m","progress":1,"version":"22"}"#,
        #"{"messageId":"m","progress":1,"version":2}"#,
        #"{"messageId":"m","progress":1}"#,
        #"{"messageId":"m","progress":1,"version":"2","firmwareId":"f"}"#,
        #"{"messageId":"m","progress":1,"version":"2","errorReason":"e","success":false,"complete":true}"#,
    ])
    func `makes texts anew when one is another`(payload: String) throws {
        let dialects = try DialectSet.builtIn()
        var reader = DialectReader(dialects)
        let first = try event(#"{"messageId":"m","progress":1,"version":"2"}"#, &reader)
        let second = try event(payload, &reader)
        #expect(!first.sharesTexts(with: second))
        expectSame(second, dialects.read(Message(Self.topic, payload)))
        let third = try event(payload, &reader)
        #expect(third.sharesTexts(with: second))
        expectSame(third, second)
    }

    @Test func `leaves to one message the reason why a field of it was left out`() throws {
        var reader = DialectReader(try .builtIn())
        let topic = "v1/d/firmware/download/request"
        func offer(_ size: String) throws -> UpgradeEvent {
            let payload =
                #"{"command_id":"c","signed_url":"u","version":"2","checksum":"00","size":\#(size)}"#
            let read = reader.read(Message(topic, payload))
            return try #require(read).event
        }
        let good = try offer("1")
        let bad = try offer(#""one""#)
        let again = try offer("1")
        #expect(good.reason == nil)
        #expect(bad.reason == "field size: expected integer, got string")
        expectSame(again, good)
    }

    @Test func `shares nothing between topics`() throws {
        var reader = DialectReader(try .builtIn())
        let one = reader.read(Message("/p/d/firmware/upgrade/progress", #"{"messageId":"m","progress":1}"#))
        let two = reader.read(Message("/p/e/firmware/upgrade/progress", #"{"messageId":"m","progress":1}"#))
        #expect(one?.event.deviceID == "d")
        #expect(two?.event.deviceID == "e")
    }

    @Test func `holds no more bytes than it may, whatever comes`() throws {
        let dialects = try DialectSet.builtIn()
        var reader = DialectReader(TopicMemory(dialects, texts: TextMemory(byteLimit: 1_000)))
        for number in 0..<200 {
            let id = String(repeating: "i", count: number * 7 % 300)
            let message = Message(
                "/p/\(number % 20)/firmware/upgrade/progress",
                #"{"messageId":"\#(id)","progress":1}"#
            )
            let read = reader.read(message)?.event
            let again = reader.read(message)?.event
            expectSame(read, dialects.read(message))
            expectSame(again, read)
            let byteCount = reader.topics.texts.byteCount
            #expect(byteCount <= 1_000)
        }
    }

    @Test func `keeps an event as it was when a copy is changed`() throws {
        var reader = DialectReader(try .builtIn())
        let event = try event(#"{"messageId":"m","progress":1}"#, &reader)
        var copy = event
        copy.commandID = "other"
        #expect(event.commandID == "m")
        #expect(copy.commandID == "other")
        #expect(!copy.sharesTexts(with: event))
        #expect(copy != event)
        copy.commandID = "m"
        expectSame(copy, event)
        #expect(copy.hashValue == event.hashValue)
    }

    @Test func `hashes a device of a dialect alike on all its topics`() throws {
        var reader = DialectReader(try .builtIn())
        let one = try event(#"{"messageId":"m","progress":1}"#, &reader)
        let other = reader.read(Message("/p/d/firmware/report", #"{"version":"2"}"#))?.event
        #expect(other?.deviceHash == one.deviceHash)
        let next = reader.read(Message("/p/e/firmware/report", #"{"version":"2"}"#))?.event
        #expect(next?.deviceHash != one.deviceHash)
        let foreign = reader.read(Message("v1/d/firmware/download/cancel", #"{"command_id":"m"}"#))?.event
        #expect(foreign?.deviceID == "d")
        #expect(foreign?.deviceHash != one.deviceHash)
    }

    @Test func `is small enough to be handed on by copying`() {
        #expect(MemoryLayout<UpgradeEvent>.size <= 96)
    }

    private func event(_ payload: String, _ reader: inout DialectReader) throws -> UpgradeEvent {
        let read = reader.read(Message(Self.topic, payload))
        return try #require(read).event
    }
}
