// Events written as messages, byte for byte as the original programs print them.

import Dialects
import Testing
import Traffic

struct ComposingTests {
    // What Python's json.dumps prints for the simulator's dictionaries (dialects.md §1.3).
    @Test func `prints an acknowledgement as the Python simulator does`() throws {
        var event = Self.event(.accept, of: "iot-cloud-ota")
        event.claimedAt = Timestamp(seconds: 1_698_400_800, nanoseconds: 120_000)
        event.reason = "펌웨어 \"ok\"\n\u{7F}😀/"
        let composed = try Dialect.iotCloudOTA().compose(event)
        #expect(composed.topic == "v1/d1/firmware/download/request/ack")
        #expect(
            composed.text == #"{"command_id": "cmd-12345", "status": "ACKNOWLEDGED", "message": "#
                + #""\ud38c\uc6e8\uc5b4 \"ok\"\n\u007f\ud83d\ude00/", "timestamp": "2023-10-27T10:00:00.000120Z"}"#
        )
    }

    @Test func `prints a progress as the Python simulator does`() throws {
        var event = Self.event(.progress, of: "iot-cloud-ota")
        event.percent = 50
        event.downloadedBytes = 524_288
        event.totalBytes = 1_048_576
        event.bytesPerSecond = 524_288
        event.remaining = .seconds(1)
        event.claimedAt = Timestamp(seconds: 1_698_400_805)
        let composed = try Dialect.iotCloudOTA().compose(event)
        #expect(composed.topic == "v1/d1/firmware/download/progress")
        #expect(
            composed.text == #"{"command_id": "cmd-12345", "progress": 50, "downloaded_bytes": 524288, "#
                + #""total_bytes": 1048576, "speed_kbps": 512.0, "eta_seconds": 1, "#
                + #""timestamp": "2023-10-27T10:00:05Z"}"#
        )
    }

    @Test func `prints a result as the Python simulator does`() throws {
        var event = Self.event(.result, of: "iot-cloud-ota")
        event.isOK = true
        event.code = "SUCCESS"
        event.reason = "m"
        event.isDigestVerified = true
        event.duration = .milliseconds(10_504.999)
        event.claimedAt = Timestamp(seconds: 1_698_400_810)
        let composed = try Dialect.iotCloudOTA().compose(event)
        #expect(composed.topic == "v1/d1/firmware/download/result")
        #expect(
            composed.text == #"{"command_id": "cmd-12345", "status": "SUCCESS", "message": "m", "#
                + #""checksum_verified": true, "download_time": 10.5, "timestamp": "2023-10-27T10:00:10Z"}"#
        )
    }

    @Test(arguments: [(true, "SUCCESS"), (false, "FAILED")])
    func `spells success as a status when the event has no code`(isOK: Bool, status: String) throws {
        var event = Self.event(.result, of: "iot-cloud-ota")
        event.isOK = isOK
        let text = try Dialect.iotCloudOTA().compose(event).text
        #expect(text == #"{"command_id": "cmd-12345", "status": "\#(status)"}"#)
    }

    @Test func `prints an upgrade as the platform's modern codec does`() throws {
        let composed = try Dialect.jetlinks().compose(Self.upgrade)
        #expect(composed.topic == "/p1/d1/firmware/upgrade")
        #expect(
            composed.text == #"{"messageId":"cmd-12345","deviceId":"d1","#
                + #""headers":{"productId":"p1","timeout":10000},"timestamp":1658814766149,"#
                + #""url":"http://h/固件?a=1","version":"1.0","sign":"b292b8415378b8660705f1e9a312cb0b","#
                + #""signMethod":"md5","firmwareId":"f1","size":570,"messageType":"UPGRADE_FIRMWARE"}"#
        )
    }

    @Test func `reaches a child through its gateway`() throws {
        var event = Self.upgrade
        event.gatewayID = "gw"
        #expect(try Dialect.jetlinks().compose(event).topic == "/p1/gw/child/d1/firmware/upgrade")
        event.kind = .accept
        #expect(try Dialect.jetlinks().compose(event).topic == "/p1/gw/child-reply/d1/firmware/upgrade/reply")
        event.kind = .progress
        #expect(try Dialect.jetlinks().compose(event).topic == "/p1/gw/child/d1/firmware/upgrade/progress")
    }

    @Test(
        arguments: [
            (.result, true, false, #""complete":true,"success":true"#),
            (.result, false, false, #""complete":true,"success":false"#),
            (.result, false, true, #""complete":false,"success":false,"errorReason":"r""#),
            (.progress, nil, false, #""complete":false,"success":true"#),
        ] as [(UpgradeEvent.Kind, Bool?, Bool, String)]
    )
    func `writes what tells progress from result`(
        kind: UpgradeEvent.Kind,
        isOK: Bool?,
        isSoft: Bool,
        expected: String
    ) throws {
        var event = Self.event(kind, of: "jetlinks")
        event.isOK = isOK
        event.isSoft = isSoft
        event.reason = isSoft ? "r" : nil
        #expect(try Dialect.jetlinks().compose(event).text.contains(expected))
    }

    // A progress with error text would be read as a failure (dialects.md §3.4).
    @Test func `keeps words out of a progress that would make it a failure`() throws {
        var event = Self.event(.progress, of: "jetlinks")
        event.reason = "all is well"
        #expect(try !Dialect.jetlinks().compose(event).text.contains("errorReason"))
    }

    @Test func `refuses events that contradict themselves`() throws {
        var event = Self.event(.accept, of: "jetlinks")
        event.isOK = false
        #expect(throws: DialectError.inexpressible(dialect: "jetlinks", rule: "", kind: .accept)) {
            try Dialect.jetlinks().compose(event)
        }
    }

    @Test func `takes the rule that the event names`() throws {
        var event = Self.upgrade
        event.rule = "pull-reply"
        let composed = try Dialect.jetlinks().compose(event)
        #expect(composed.topic == "/p1/d1/firmware/pull/reply")
        #expect(composed.text.contains(#""success":true"#))
    }

    @Test(arguments: UpgradeEvent.Kind.allCases)
    func `reads back what it composed`(kind: UpgradeEvent.Kind) throws {
        for dialect in [try Dialect.iotCloudOTA(), try Dialect.jetlinks()] {
            for event in Self.variants(of: kind, in: dialect) {
                guard let composed = try? dialect.compose(event) else { continue }
                let read = try #require(dialect.read(Message(composed.topic, composed.text)))
                #expect(read.kind == kind)
                let again = try dialect.compose(read)
                #expect(again == composed)
                #expect(read.commandID == event.commandID || kind == .presence || kind == .log)
                #expect(read.deviceID == event.deviceID)
                #expect(read.isSoft == event.isSoft)
                #expect(event.isOK == nil || read.isOK == nil || read.isOK == event.isOK)
            }
        }
    }

    @Test func `reads an offer back field by field`() throws {
        var expected = Self.upgrade
        expected.rule = "upgrade"
        let composed = try Dialect.jetlinks().compose(Self.upgrade)
        expectSame(try Dialect.jetlinks().read(composed.topic, composed.text), expected)
        expected = Self.upgrade
        expected.dialect = "iot-cloud-ota"
        expected.rule = "download-request"
        expected.productID = nil
        expected.firmwareID = nil
        expected.ackTimeout = nil
        expected.socketTimeout = .seconds(300)
        expected.claimedAt = Timestamp(seconds: 1_658_814_766, nanoseconds: 149_000_000)
        let hex = String(repeating: "ab", count: 32)
        expected.digest = DeclaredDigest(algorithm: "sha256", hex: hex, verbatim: "sha256:" + hex)
        let request = try Dialect.iotCloudOTA().compose(expected)
        expectSame(try Dialect.iotCloudOTA().read(request.topic, request.text), expected)
    }

    @Test func `writes a digest with its algorithm when it has no text of its own`() throws {
        var event = Self.upgrade
        event.digest = DeclaredDigest(algorithm: "sha256", hex: "00ff", verbatim: "")
        #expect(try Dialect.iotCloudOTA().compose(event).text.contains(#""checksum": "sha256:00ff""#))
        // A text that names another digest is out of date.
        event.digest = DeclaredDigest(algorithm: "sha256", hex: "00ff", verbatim: "aaaa")
        #expect(try Dialect.iotCloudOTA().compose(event).text.contains(#""checksum": "00ff""#))
    }

    @Test func `says what keeps an event from being written`() throws {
        let dialect = try Dialect.jetlinks()
        var event = Self.event(.offer, of: "jetlinks")
        #expect(throws: DialectError.missing(rule: "upgrade", field: "url")) { try dialect.compose(event) }
        event.productID = nil
        #expect(throws: DialectError.missing(rule: "upgrade", field: "product_id")) {
            try dialect.compose(event)
        }
        event.rule = "no-such"
        #expect(throws: DialectError.noSuchRule(dialect: "jetlinks", rule: "no-such")) {
            try dialect.compose(event)
        }
        event = Self.event(.cancel, of: "jetlinks")
        #expect(throws: DialectError.inexpressible(dialect: "jetlinks", rule: "", kind: .cancel)) {
            try dialect.compose(event)
        }
    }

    @Test(arguments: ["a/b", "+", "a#", "nul\0"])
    func `refuses ids that cannot stand in a topic`(id: String) throws {
        var event = Self.event(.versionQuery, of: "jetlinks")
        event.deviceID = id
        #expect(throws: DialectError.unfitForTopic(rule: "read", field: "device_id", value: id)) {
            try Dialect.jetlinks().compose(event)
        }
    }

    @Test func `survives values at the edges of their types`() throws {
        var event = Self.event(.progress, of: "iot-cloud-ota")
        event.percent = .nan
        event.downloadedBytes = .min
        event.bytesPerSecond = .infinity
        event.remaining = .seconds(Int64.max)
        event.claimedAt = Timestamp(nanoseconds: .min)
        let text = try Dialect.iotCloudOTA().compose(event).text
        #expect(text.contains(#""progress": null, "downloaded_bytes": -9223372036854775808"#))
        event = Self.event(.progress, of: "jetlinks")
        event.percent = 1e300
        event.claimedAt = Timestamp(nanoseconds: .min)
        #expect(try Dialect.jetlinks().compose(event).text.contains("-9223372036854"))
    }

    private static func event(_ kind: UpgradeEvent.Kind, of dialect: String) -> UpgradeEvent {
        var event = UpgradeEvent(
            kind: kind,
            recordedAt: Timestamp(seconds: 1_767_323_045),
            dialect: dialect,
            rule: "",
            deviceID: "d1"
        )
        event.productID = dialect == "jetlinks" ? "p1" : nil
        event.commandID = "cmd-12345"
        return event
    }

    private static var upgrade: UpgradeEvent {
        var event = event(.offer, of: "jetlinks")
        event.claimedAt = Timestamp(nanoseconds: 1_658_814_766_149_000_000)
        event.url = "http://h/固件?a=1"
        event.version = "1.0"
        let hex = "b292b8415378b8660705f1e9a312cb0b"
        event.digest = DeclaredDigest(algorithm: "md5", hex: hex, verbatim: hex)
        event.firmwareID = "f1"
        event.sizeBytes = 570
        event.ackTimeout = .seconds(10)
        return event
    }

    /// The event, and with and without gateway, success and softness: whatever a dialect may have to say.
    private static func variants(of kind: UpgradeEvent.Kind, in dialect: Dialect) -> [UpgradeEvent] {
        var variants: [UpgradeEvent] = []
        for (isOK, isSoft) in [(nil, false), (true, false), (false, false), (false, true)] as [(Bool?, Bool)]
        {
            var event = upgrade
            event.kind = kind
            event.dialect = dialect.name
            event.percent = 42
            event.reason = "because"
            event.isOK = isOK
            event.isSoft = isSoft
            variants.append(event)
            event.gatewayID = "gw"
            // Behind a gateway a percentage alone states a phase.
            event.phase = "distribute"
            variants.append(event)
        }
        return variants
    }
}
