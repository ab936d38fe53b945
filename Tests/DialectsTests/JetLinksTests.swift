// Seed dialect B, message by message. The samples are those of the seed document, made valid JSON.

import Dialects
import Testing
import Traffic

struct JetLinksTests {
    private let dialect: Dialect
    private let root = "/1549064506569449472/1549217055251308544/firmware"

    init() throws {
        dialect = try .jetlinks()
    }

    // V2, the last block of the seed document.
    @Test func `reads the full upgrade of the seed document`() {
        let read = dialect.read("\(root)/upgrade", Self.fullUpgrade)
        var expected = event(.offer, "upgrade")
        expected.commandID = "1551807719374848000"
        expected.claimedAt = Timestamp(nanoseconds: 1_658_814_766_149_000_000)
        expected.url =
            "http://127.0.0.1:8844/file/97b8f5ae7311a275c27e734b633635d0"
            + "?accessKey=65bd8a681e1fea659886962621ddf337"
        expected.version = "1.0"
        let hex = "b292b8415378b8660705f1e9a312cb0b"
        expected.digest = DeclaredDigest(algorithm: "md5", hex: hex, verbatim: hex)
        expected.firmwareID = "1551519269396340736"
        expected.sizeBytes = 570
        expected.ackTimeout = .seconds(10)
        expectSame(read, expected)
    }

    // V1, the first block of the seed document.
    @Test func `reads the short upgrade of the seed document`() {
        let read = dialect.read(
            "\(root)/upgrade",
            """
            {"timestamp":1601196762389,"url":"固件文件下载地址","version":"版本号","parameters":{},
             "sign":"文件签名值","signMethod":"签名方式","firmwareId":"固件ID","size":100000}
            """
        )
        var expected = event(.offer, "upgrade")
        expected.claimedAt = Timestamp(nanoseconds: 1_601_196_762_389_000_000)
        expected.url = "固件文件下载地址"
        expected.version = "版本号"
        expected.digest = DeclaredDigest(algorithm: "签名方式", hex: "文件签名值", verbatim: "文件签名值")
        expected.firmwareID = "固件ID"
        expected.sizeBytes = 100_000
        expectSame(read, expected)
    }

    // V3, the legacy codec: no firmware id, size, time or headers.
    @Test func `reads the upgrade of the legacy codec`() {
        let read = dialect.read(
            "\(root)/upgrade",
            #"{"messageId":"m1","deviceId":"other","url":"http://h/f","version":"2","sign":"","parameters":null}"#
        )
        var expected = event(.offer, "upgrade")
        expected.commandID = "m1"
        expected.url = "http://h/f"
        expected.version = "2"
        expected.oddities = .identityMismatch
        expected.oddity = "payload names device other, topic 1549217055251308544"
        expectSame(read, expected)
    }

    // V4: the gateway's product, the child as device (dialects.md §3.1).
    @Test func `reads the upgrade of a child and names its gateway`() {
        let topic = "/1549064506569449472/gw-1/child/1549217055251308544/firmware/upgrade"
        let payload = Self.fullUpgrade.replacing(
            "\"timeout\"",
            with: "\"dispatchToParent\": true, \"timeout\""
        )
        var expected = dialect.read("\(root)/upgrade", payload)
        expected?.gatewayID = "gw-1"
        expectSame(dialect.read(topic, payload), expected)
    }

    @Test func `reads the reply of the seed document as an acceptance`() {
        let payload = #"{"success":true,"messageId":"1551807719374848000","timestamp":1658213956066}"#
        var expected = event(.accept, "upgrade-reply")
        expected.isOK = true
        expected.commandID = "1551807719374848000"
        expected.claimedAt = Timestamp(nanoseconds: 1_658_213_956_066_000_000)
        expectSame(dialect.read("\(root)/upgrade/reply", payload), expected)
    }

    @Test func `takes a reply without success for an acceptance`() {
        let read = dialect.read("\(root)/upgrade/reply", #"{"messageId":"m"}"#)
        #expect(read?.kind == .accept)
        #expect(read?.isOK == true)
    }

    @Test func `reads a refusal with its code and words`() {
        let payload = #"{"success":false,"messageId":"m","code":"SYSTEM_BUSY","message":"later"}"#
        let read = dialect.read("\(root)/upgrade/reply", payload)
        #expect(read?.kind == .reject)
        #expect(read?.isOK == false)
        #expect(read?.code == "SYSTEM_BUSY")
        #expect(read?.reason == "later")
    }

    @Test(arguments: ["child", "child-reply"])
    func `takes the reply of a child from both documented topics`(level: String) {
        let read = dialect.read("/p/gw/\(level)/c1/firmware/upgrade/reply", #"{"messageId":"m"}"#)
        #expect(read?.kind == .accept)
        #expect(read?.deviceID == "c1")
        #expect(read?.gatewayID == "gw")
        #expect(read?.productID == "p")
    }

    // The document's sample is a progress; its placeholder for errorReason makes it a soft failure (§3.4).
    @Test func `reads the progress of the seed document`() {
        let sample = """
            {"timestamp":1601196762389,"progress":50,"complete":false,"version":"升级的版本号","success":true,
             "errorReason":"失败原因","firmwareId":"固件ID"}
            """
        var expected = event(.progress, "upgrade-progress")
        expected.claimedAt = Timestamp(nanoseconds: 1_601_196_762_389_000_000)
        expected.percent = 50
        expected.version = "升级的版本号"
        expected.firmwareID = "固件ID"
        let plain = sample.replacing("失败原因", with: "")
        expectSame(dialect.read("\(root)/upgrade/progress", plain), expected)
        expected.kind = .result
        expected.isOK = false
        expected.isSoft = true
        expected.reason = "失败原因"
        expectSame(dialect.read("\(root)/upgrade/progress", sample), expected)
    }

    @Test(
        arguments: [
            (#"{"progress":100,"complete":true,"success":true}"#, .result, true, false),
            (#"{"progress":50,"complete":true,"success":false}"#, .result, false, false),
            (#"{"progress":50,"complete":true}"#, .result, false, false),
            (#"{"progress":50,"success":false,"errorReason":"disk"}"#, .result, false, true),
            (#"{"progress":50,"success":false,"message":"disk"}"#, .result, false, true),
            (#"{"progress":50,"success":false}"#, .progress, nil, false),
            (#"{"progress":100,"complete":false,"success":true,"errorReason":null}"#, .progress, nil, false),
            (#"{"progress":"100","complete":"true","success":1}"#, .result, true, false),
        ] as [(String, UpgradeEvent.Kind, Bool?, Bool)]
    )
    func `tells progress from result`(payload: String, kind: UpgradeEvent.Kind, isOK: Bool?, isSoft: Bool) {
        let read = dialect.read("\(root)/upgrade/progress", payload)
        #expect(read?.kind == kind)
        #expect(read?.isOK == isOK)
        #expect(read?.isSoft == isSoft)
    }

    @Test func `keeps the phase that a gateway names`() {
        let payload = #"{"progress":46,"complete":false,"headers":{"phase":"distribute","round":2}}"#
        #expect(dialect.read("\(root)/upgrade/progress", payload)?.phase == "distribute")
    }

    @Test func `reads the pull of the seed document`() {
        let sample = """
            {"timestamp":1601196762389,"messageId":"消息ID","currentVersion":"1.0","requestVersion":"1.2"}
            """
        var expected = event(.poll, "pull")
        expected.claimedAt = Timestamp(nanoseconds: 1_601_196_762_389_000_000)
        expected.commandID = "消息ID"
        expected.currentVersion = "1.0"
        expected.version = "1.2"
        expectSame(dialect.read("\(root)/pull", sample), expected)
        let latest = sample.replacing("\"1.2\"", with: "null")
        #expect(dialect.read("\(root)/pull", latest)?.version == nil)
    }

    @Test func `reads a pull's reply as an offer when it has a URL`() {
        let sample = """
            {"timestamp":1601196762389,"messageId":"请求的ID","url":"http://h/f","version":"1.2","parameters":{},
             "sign":"00","signMethod":"sha256","firmwareId":"f","size":100000}
            """
        var expected = event(.offer, "pull-reply")
        expected.claimedAt = Timestamp(nanoseconds: 1_601_196_762_389_000_000)
        expected.commandID = "请求的ID"
        expected.url = "http://h/f"
        expected.version = "1.2"
        expected.digest = DeclaredDigest(algorithm: "sha256", hex: "00", verbatim: "00")
        expected.firmwareID = "f"
        expected.sizeBytes = 100_000
        expectSame(dialect.read("\(root)/pull/reply", sample), expected)
    }

    @Test(arguments: [
        #"{"messageId":"m","success":false,"url":"http://h/f"}"#, #"{"messageId":"m","url":""}"#,
    ])
    func `reads a pull's reply without success or URL as no update`(payload: String) {
        let read = dialect.read("\(root)/pull/reply", payload)
        #expect(read?.kind == .noUpdate)
        #expect(read?.commandID == "m")
    }

    @Test func `reads the version messages of the seed document`() {
        let report = dialect.read("\(root)/report", #"{"timestamp":1601196762389,"version":"版本号"}"#)
        #expect(report?.kind == .version)
        #expect(report?.version == "版本号")
        let query = dialect.read("\(root)/read", #"{"timestamp":1601196762389,"messageId":"消息ID"}"#)
        #expect(query?.kind == .versionQuery)
        #expect(query?.commandID == "消息ID")
        let payload = #"{"timestamp":1601196762389,"messageId":"读取指令中的消息ID","version":""}"#
        let reply = dialect.read("\(root)/read/reply", payload)
        #expect(reply?.kind == .version)
        #expect(reply?.commandID == "读取指令中的消息ID")
        #expect(reply?.version == nil)
    }

    @Test func `asks for a version in a report and for a URL in an upgrade`() {
        #expect(dialect.reason("\(root)/report", "{}") == "field version: missing")
        #expect(dialect.reason("\(root)/upgrade", #"{"version":"1"}"#) == "field url: missing")
    }

    @Test func `reads presence whatever its payload is`() {
        let online = dialect.read("/p/d/online", #"{"timestamp":1601196762389}"#)
        #expect(online?.kind == .presence)
        #expect(online?.code == "online")
        #expect(online?.claimedAt == Timestamp(nanoseconds: 1_601_196_762_389_000_000))
        let offline = dialect.read("/p/d/offline", "gone")
        #expect(offline?.kind == .presence)
        #expect(offline?.code == "offline")
        #expect(offline?.isOK == false)
    }

    @Test func `reads a log line`() {
        #expect(dialect.read("/p/d/log", #"{"log":"flash error 7"}"#)?.reason == "flash error 7")
    }

    @Test func `keeps message ids of any length exactly, as text or number`() {
        for id in ["9007199254740993", "1551807719374848000", "123456789012345678901234567890"] {
            #expect(dialect.read("\(root)/read", #"{"messageId":"\#(id)"}"#)?.commandID == id)
            #expect(dialect.read("\(root)/read", #"{"messageId":\#(id)}"#)?.commandID == id)
        }
    }

    @Test(
        arguments: [
            ("570", 570), ("\"570\"", 570), ("570.9", 570), ("5.7e2", 570), ("0", nil), ("\"0\"", nil),
            ("null", nil), ("9223372036854775807", .max), ("-1", -1), ("\"\"", nil),
        ] as [(String, Int64?)]
    )
    func `coerces a size as the platform does`(size: String, expected: Int64?) {
        let read = dialect.read("\(root)/upgrade", #"{"url":"u","size":\#(size)}"#)
        #expect(read?.kind == .offer)
        #expect(read?.sizeBytes == expected)
    }

    @Test(
        arguments: [
            ("{}", "expected integer, got object"), ("[1]", "expected integer, got array"),
            ("true", "expected integer, got boolean"), ("\"many\"", "expected integer, got string"),
            ("99999999999999999999", "number out of range"), ("1e400", "number out of range"),
            ("1e19", "number out of range"), ("-9223372036854775809", "number out of range"),
        ]
    )
    func `says what is wrong with a size`(size: String, problem: String) {
        let reason = dialect.reason("\(root)/upgrade", #"{"url":"u","size":\#(size)}"#)
        #expect(reason == "field size: \(problem)")
    }

    @Test(arguments: ["1e400", "99999999999999999999", "\"soon\"", "{}", "-9223372036854775808"])
    func `leaves out a claimed time that no clock shows`(time: String) {
        let read = dialect.read("\(root)/read", #"{"timestamp":\#(time)}"#)
        #expect(read?.kind == .versionQuery)
        #expect(read?.claimedAt == nil)
    }

    @Test func `takes the old spelling of timestamp`() {
        let read = dialect.read("\(root)/read", #"{"timestampe":1601196762389}"#)
        #expect(read?.claimedAt == Timestamp(nanoseconds: 1_601_196_762_389_000_000))
    }

    @Test func `refuses a condition's boolean that is none`() {
        let reason = dialect.reason("\(root)/upgrade/progress", #"{"complete":"perhaps"}"#)
        #expect(reason == "field complete: expected boolean, got string")
    }

    @Test(
        arguments: [
            ("", "md5 mismatch", .hashMismatch), ("", "校验失败", .hashMismatch), ("", "HTTP 404", .httpError),
            ("", "下载失败:http://h/md5.bin", nil), ("TIME_OUT", "", .timedOut),
            ("", "Size mismatch", .sizeMismatch),
            ("", "flash worn out", nil),
        ] as [(String, String, FailureClass?)]
    )
    func `names the failure that a result claims`(code: String, reason: String, expected: FailureClass?) {
        let payload = #"{"complete":true,"success":false,"code":"\#(code)","errorReason":"\#(reason)"}"#
        #expect(dialect.read("\(root)/upgrade/progress", payload)?.claimedFailure == expected)
    }

    private func event(_ kind: UpgradeEvent.Kind, _ rule: String) -> UpgradeEvent {
        var event = UpgradeEvent(
            kind: kind,
            recordedAt: Timestamp(seconds: 1_767_323_045),
            dialect: "jetlinks",
            rule: rule,
            deviceID: "1549217055251308544"
        )
        event.productID = "1549064506569449472"
        return event
    }

    private static let fullUpgrade = """
        {
          "messageId": "1551807719374848000",
          "deviceId": "1549217055251308544",
          "headers": {
            "deviceName": "固件升级",
            "productName": "升级",
            "productId": "1549064506569449472",
            "creatorId": "1199596756811550720",
            "timeout": 10000
          },
          "timestamp": 1658814766149,
          "url": "http://127.0.0.1:8844/file/97b8f5ae7311a275c27e734b633635d0?accessKey=65bd8a681e1fea659886962621ddf337",
          "version": "1.0",
          "parameters": {
            "test": "test"
          },
          "sign": "b292b8415378b8660705f1e9a312cb0b",
          "signMethod": "MD5",
          "firmwareId": "1551519269396340736",
          "size": 570,
          "messageType": "UPGRADE_FIRMWARE"
        }
        """
}
