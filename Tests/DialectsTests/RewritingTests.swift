// New ids, URLs, digests, sizes and times in recorded messages; every other byte stays.

import Dialects
import Testing
import Traffic

struct RewritingTests {
    private let topic = "/p1/d1/firmware/upgrade"
    private let payload = """
        {"x":[1, {"url":"inner"}] ,\t"messageId" : "m1","url":"http:\\/\\/h/f?a=1", "größe":1e2,
         "sign":"AB12","signMethod":"MD5","size":0, "timestamp":1658814766149,"version":"1","headers":{"z":null,
         "timeout": "5000"}, "deviceId":"d1"}\r\n
        """

    @Test func `keeps a message that says the same byte for byte`() throws {
        for (name, topic, payload) in [
            ("jetlinks", topic, payload),
            (
                "iot-cloud-ota", "v1/1/firmware/download/request",
                #"{ "size":5, "command_id":"\u0063","signed_url":"u","version":"1","checksum":"AB" ,"timeout":1.50}"#
            ),
        ] {
            let dialect = try #require(try DialectSet.builtIn()[name])
            let event = try #require(dialect.read(topic, payload))
            #expect(event.kind == .offer)
            let rewritten = try dialect.rewrite(Message(topic, payload), to: event)
            #expect(rewritten == Composition(topic: topic, payload: Array(payload.utf8)))
        }
    }

    @Test func `replaces only what differs`() throws {
        let rewritten = try rewrite(payload, at: topic) { event in
            event.commandID = "m\"2"
            event.url = "http://new/f"
            event.sizeBytes = 570
            event.claimedAt = Timestamp(nanoseconds: 1_700_000_000_001_000_000)
            event.ackTimeout = .seconds(2)
        }
        let expected = payload.replacing(#""m1""#, with: #""m\"2""#)
            .replacing(#"http:\/\/h/f?a=1"#, with: "http://new/f")
            .replacing(#""size":0"#, with: #""size":570"#)
            .replacing("1658814766149", with: "1700000000001")
            .replacing(#""5000""#, with: #""2000""#)
        #expect(rewritten.text == expected)
        #expect(rewritten.topic == topic)
    }

    @Test func `makes the topic anew and the payload's own ids with it`() throws {
        let topic = "p1/gw/child/d1/firmware/upgrade/progress"
        let rewritten = try rewrite(#"{"progress":1,"deviceId":"d1","who":"d1"}"#, at: topic) { event in
            event.deviceID = "d2"
            event.gatewayID = "{gw}"
        }
        #expect(rewritten.topic == "p1/{gw}/child/d2/firmware/upgrade/progress")
        #expect(rewritten.text == #"{"progress":1,"deviceId":"d2","who":"d1"}"#)
    }

    @Test func `leaves a device id that contradicts the topic alone`() throws {
        let payload = #"{"messageId":"m1","deviceId":"other"}"#
        let rewritten = try rewrite(payload, at: "/p1/d1/firmware/read") { $0.commandID = "m2" }
        #expect(rewritten.text == #"{"messageId":"m2","deviceId":"other"}"#)
    }

    @Test func `adds nothing that the recorded message lacked`() throws {
        let payload = #"{"url":"u"}"#
        let rewritten = try rewrite(payload, at: topic) { event in
            event.commandID = "m2"
            event.claimedAt = Timestamp(seconds: 1)
            event.version = "2"
        }
        #expect(rewritten.text == payload)
    }

    @Test func `keeps an id that was a number a number`() throws {
        let rewritten = try rewrite(#"{"messageId":17}"#, at: "/p1/d1/firmware/read") { $0.commandID = "18" }
        #expect(rewritten.text == #"{"messageId":18}"#)
        let named = try rewrite(#"{"messageId":17}"#, at: "/p1/d1/firmware/read") { $0.commandID = "m" }
        #expect(named.text == #"{"messageId":"m"}"#)
    }

    @Test(
        arguments: [
            ("AB12", "MD5", DeclaredDigest(algorithm: "md5", hex: "cd34", verbatim: ""), "cd34", "MD5"),
            ("AB12", "MD5", DeclaredDigest(algorithm: "sha256", hex: "cd34", verbatim: ""), "cd34", "sha256"),
            ("AB12", "MD5", DeclaredDigest(algorithm: "md5", hex: "ab12", verbatim: ""), "AB12", "MD5"),
        ]
    )
    func `puts a new digest in the form of the recorded one`(
        sign: String,
        method: String,
        digest: DeclaredDigest,
        newSign: String,
        newMethod: String
    ) throws {
        let payload = #"{"url":"u","sign":"\#(sign)","signMethod":"\#(method)"}"#
        let rewritten = try rewrite(payload, at: topic) { $0.digest = digest }
        #expect(rewritten.text == #"{"url":"u","sign":"\#(newSign)","signMethod":"\#(newMethod)"}"#)
    }

    @Test(arguments: [("sha256:AB", "sha256:cd"), ("AB", "cd")])
    func `keeps the prefix of a digest, or its absence`(recorded: String, expected: String) throws {
        let dialect = try Dialect.iotCloudOTA()
        let text = #"{"command_id":"c","signed_url":"u","version":"1","checksum":"\#(recorded)","size":1}"#
        let message = Message("v1/1/firmware/download/request", text)
        var event = try #require(dialect.read(message))
        event.digest?.algorithm = "sha256"
        event.digest?.hex = "cd"
        let rewritten = try dialect.rewrite(message, to: event)
        #expect(rewritten.text == text.replacing(recorded, with: expected))
    }

    @Test func `replaces what a recorded time was, in its form`() throws {
        let dialect = try Dialect.iotCloudOTA()
        let message = Message(
            "v1/1/firmware/download/request/ack",
            #"{"command_id":"c","status":"ACKNOWLEDGED","timestamp":"2025-01-01T09:00:00+09:00"}"#
        )
        var event = try #require(dialect.read(message))
        event.claimedAt = Timestamp(seconds: 1_735_689_600, nanoseconds: 250_000_000)
        let text = try dialect.rewrite(message, to: event).text
        #expect(
            text
                == #"{"command_id":"c","status":"ACKNOWLEDGED","timestamp":"2025-01-01T00:00:00.250000Z"}"#
        )
    }

    @Test func `keeps a payload that is not JSON`() throws {
        let rewritten = try rewrite("{broken", at: topic) { $0.deviceID = "d2" }
        #expect(rewritten == Composition(topic: "/p1/d2/firmware/upgrade", payload: Array("{broken".utf8)))
    }

    @Test func `refuses a topic of another dialect`() throws {
        let message = Message("v1/1/firmware/download/request", "{}")
        let event = try #require(try Dialect.iotCloudOTA().read(message))
        #expect(throws: DialectError.self) { try Dialect.jetlinks().rewrite(message, to: event) }
    }

    private func rewrite(
        _ payload: String,
        at topic: String,
        _ change: (inout UpgradeEvent) -> Void
    ) throws -> Composition {
        let dialect = try Dialect.jetlinks()
        var event = try #require(dialect.read(topic, payload))
        change(&event)
        return try dialect.rewrite(Message(topic, payload), to: event)
    }
}
