// Messages that can be read and are odd nevertheless, and what definitions do not know of them.

import Testing
import Traffic

@testable import Dialects

struct OddityTests {
    @Test func `notes keys that a strict message does not know, whatever was read before`() throws {
        let dialect = try Dialect.iotCloudOTA()
        let good = #"{"command_id":"c","signed_url":"u","version":"1","checksum":"h","size":1}"#
        let odd =
            #"{"command_id":"c","signed_url":"u","version":"1","checksum":"h","size":1,"force":{"a":1},"x":2}"#
        var reader = DialectReader(DialectSet([dialect]))
        let topic = "v1/7/firmware/download/request"
        for _ in 0..<40 {
            #expect(reader.read(Message(topic, good))?.event.oddities == [])
            let event = reader.read(Message(topic, odd))?.event
            #expect(event?.oddities == .unexpectedFields)
            #expect(event?.oddity == "unexpected force, x")
        }
    }

    @Test func `notes a payload that names another device than its topic`() throws {
        let dialect = try Dialect.jetlinks()
        var reader = DialectReader(DialectSet([dialect]))
        for number in 0..<40 {
            let same = #"{"deviceId":"d","progress":\#(number)}"#
            let other = #"{"deviceId":"e","progress":\#(number)}"#
            let topic = "/p/d/firmware/upgrade/progress"
            #expect(reader.read(Message(topic, same))?.event.oddities == [])
            let event = reader.read(Message(topic, other))?.event
            #expect(event?.deviceID == "d")
            #expect(event?.oddities == .identityMismatch)
            #expect(event?.oddity == "payload names device e, topic d")
            #expect(reader.read(Message(topic, other))?.event.oddities == .identityMismatch)
        }
    }

    @Test func `notes ids that nobody filled in`() throws {
        let dialect = try Dialect.jetlinks()
        #expect(dialect.read("/null/d/firmware/read", "{}")?.oddity == "product null is a placeholder")
        #expect(dialect.read("/{productId}/d/firmware/read", "{}")?.oddities == .identityMismatch)
    }

    @Test func `fills the phase from bands where the payload names none`() throws {
        let dialect = try LanguageTests.dialect(
            "event: progress\nfields: {percent: p, phase: ph}\nbands: {fetch: [0, 20], burn: [20, 100]}"
        )
        var reader = DialectReader(DialectSet([dialect]))
        for percent in 0...100 {
            let event = reader.read(Message("a/1", #"{"p":\#(percent)}"#))?.event
            #expect(event?.phase == (percent <= 20 ? "fetch" : "burn"))
        }
        #expect(reader.read(Message("a/1", #"{"p":5,"ph":"own"}"#))?.event.phase == "own")
        #expect(reader.read(Message("a/1", #"{"p":101}"#))?.event.phase == nil)
    }

    @Test func `fills bands behind gateways only where they say so`() throws {
        let dialect = try LanguageTests.dialect(
            "event: progress\nfields: {percent: p, gateway_id: g}\nbands: {only: gateway, fetch: [0, 20]}"
        )
        #expect(dialect.read("a/1", #"{"p":5}"#)?.phase == nil)
        #expect(dialect.read("a/1", #"{"p":5,"g":"g"}"#)?.phase == "fetch")
    }

    @Test func `takes the device from the connection, never from another's`() throws {
        let dialect = try LanguageTests.dialect(
            "event: progress\nfields: {device_id: {connection: client_id}, percent: p}",
            topic: "a/me"
        )
        var reader = DialectReader(DialectSet([dialect]))
        func read(_ clientID: String?, _ direction: Message.Direction) -> UpgradeEvent? {
            let leg = ClientLeg(clientID: clientID, direction: direction)
            let message = Message("a/me", #"{"p":5}"#)
            return reader.read(
                topic: message.topic.rawSpan,
                payload: message.payload.rawSpan,
                at: message.recordedAt,
                on: leg
            )?.event
        }
        for _ in 0..<20 {
            #expect(read("one", .toBroker)?.deviceID == "one")
            #expect(read("two", .toBroker)?.deviceID == "two")
            #expect(read(nil, .toBroker)?.kind == .unknown)
            #expect(
                read("listener", .fromBroker)?.reason?.hasPrefix("no device id: the connection's client id")
                    == true
            )
        }
    }

    @Test func `lists the keys that a definition does not know`() throws {
        let dialect = try LanguageTests.dialect(
            "event: progress\nfields: {percent: a.p, url: 'f[0].u'}\nknown: [k, l.m]"
        )
        let set = DialectSet([dialect])
        let payload =
            #"{"a":{"p":1,"q":2},"f":[{"u":"x","v":1},{"v":2}],"k":{"any":1},"l":{"m":1,"n":2},"z":[{"y":1}]}"#
        #expect(
            set.unknownFields(topic: Array("a/1".utf8), payload: Array(payload.utf8)) == [
                "a.q", "f[*].v", "l.n", "z",
            ]
        )
        let drift = set.drift(topic: Array("a/1".utf8), payload: Array(#"{"a":{"p":"x"},"z":1}"#.utf8))
        #expect(drift?.rule == "m")
        #expect(drift?.unknownFields == ["z"])
        #expect(drift?.reason == "field a.p: expected number, got string")
        #expect(set.drift(topic: Array("b".utf8), payload: []) == nil)
    }

    @Test func `bounds what it says about a payload full of unknown keys`() throws {
        let dialect = try LanguageTests.dialect("event: log\nstrict: true")
        let keys = (0..<5_000).map { "\"\(String(repeating: "k", count: 100))\($0)\":1" }.joined(
            separator: ","
        )
        let event = dialect.read("a/1", "{\(keys)}")
        #expect(event?.oddities == .unexpectedFields)
        #expect((event?.oddity?.utf8.count ?? 0) < 1_000)
        let deep = String(repeating: #"{"a":"#, count: 60) + "1" + String(repeating: "}", count: 60)
        #expect(dialect.read("a/1", deep)?.oddity == "unexpected a")
    }
}
