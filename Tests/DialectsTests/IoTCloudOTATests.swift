// Seed dialect A, message by message. The samples are those of the seed document, made valid JSON.

import Dialects
import Testing
import Traffic

struct IoTCloudOTATests {
    private let dialect: Dialect
    private let root = "v1/device-001/firmware/download"

    init() throws {
        dialect = try .iotCloudOTA()
    }

    @Test func `reads the request of the seed document`() throws {
        let read = dialect.read("\(root)/request", Self.request)
        var expected = event(.offer, "download-request")
        expected.claimedAt = nil
        expected.url = "https://your-s3-bucket.s3.amazonaws.com/firmware.bin?AWSAccessKeyId=..."
        expected.version = "1.1.0"
        let hex = "f2ca1bb6c7e907d06dafe4687e579fce76b37e4e93b7605022da52e6ccc26fd2"
        expected.digest = DeclaredDigest(algorithm: "sha256", hex: hex, verbatim: "sha256:" + hex)
        expected.sizeBytes = 1_048_576
        expected.socketTimeout = .seconds(600)
        expectSame(read, expected)
    }

    @Test func `reads the acknowledgement of the seed document`() {
        let read = dialect.read(
            "\(root)/request/ack",
            """
            {"command_id": "cmd-12345", "status": "ACKNOWLEDGED", "message": "펌웨어 다운로드 요청을 수신했습니다",
             "timestamp": "2023-10-27T10:00:00Z"}
            """
        )
        var expected = event(.accept, "download-ack")
        expected.claimedAt = Timestamp(seconds: 1_698_400_800)
        expected.code = "ACKNOWLEDGED"
        expected.reason = "펌웨어 다운로드 요청을 수신했습니다"
        expectSame(read, expected)
    }

    @Test func `reads the progress of the seed document and turns KiB per second into bytes`() {
        let read = dialect.read("\(root)/progress", Self.progress)
        var expected = event(.progress, "download-progress")
        expected.claimedAt = Timestamp(seconds: 1_698_400_805)
        expected.percent = 50
        expected.downloadedBytes = 524_288
        expected.totalBytes = 1_048_576
        expected.bytesPerSecond = 524_800
        expected.remaining = .seconds(1)
        expectSame(read, expected)
    }

    @Test func `reads the result of the seed document`() {
        let read = dialect.read(
            "\(root)/result",
            """
            {"command_id": "cmd-12345", "status": "SUCCESS", "message": "다운로드가 성공적으로 완료되었습니다",
             "checksum_verified": true, "download_time": 10.5, "timestamp": "2023-10-27T10:00:10Z"}
            """
        )
        var expected = event(.result, "download-result")
        expected.claimedAt = Timestamp(seconds: 1_698_400_810)
        expected.isOK = true
        expected.code = "SUCCESS"
        expected.reason = "다운로드가 성공적으로 완료되었습니다"
        expected.isDigestVerified = true
        expected.duration = .milliseconds(10_500)
        expectSame(read, expected)
    }

    @Test func `reads a cancel and its acknowledgement`() {
        let cancel = dialect.read("\(root)/cancel", #"{"command_id":"c","timestamp":"2023-10-27T10:00:00Z"}"#)
        #expect(cancel?.kind == .cancel)
        #expect(cancel?.commandID == "c")
        let ack = dialect.read("\(root)/cancel/ack", #"{"command_id":"c","status":"CANCELLED"}"#)
        #expect(ack?.kind == .cancelAck)
        #expect(ack?.code == "CANCELLED")
    }

    @Test(arguments: ["command_id", "signed_url", "version", "checksum", "size"])
    func `names the field that a request lacks`(field: String) {
        let payload = Self.request.replacing("\"\(field)\"", with: "\"x_\(field)\"")
        #expect(dialect.reason("\(root)/request", payload) == "field \(field): missing")
    }

    @Test func `takes a bare digest by its length and keeps its letters`() {
        let hex = String(repeating: "AB", count: 32)
        let payload = Self.request.replacing(/sha256:[0-9a-f]+/, with: hex)
        let digest = dialect.read("\(root)/request", payload)?.digest
        #expect(digest == DeclaredDigest(algorithm: "sha256", hex: hex.lowercased(), verbatim: hex))
    }

    // The platform of that time sent an expiry time; the device acknowledges and fails (dialects.md §1.7).
    @Test func `keeps an offer whose timeout is a time and says so`() {
        let payload = Self.request.replacing("600", with: "\"2025-08-30T10:00:00+09:00\"")
        let read = dialect.read("\(root)/request", payload)
        #expect(read?.kind == .offer)
        #expect(read?.socketTimeout == nil)
        #expect(read?.reason == "field timeout: expected number, got string")
    }

    @Test func `takes fractions of a second as timeout`() {
        let payload = Self.request.replacing("600", with: "2.5")
        #expect(dialect.read("\(root)/request", payload)?.socketTimeout == .milliseconds(2_500))
    }

    // The platform drops such a message (dialects.md §2).
    @Test func `refuses a fraction in an integer field`() {
        let percent = Self.progress.replacing("50,", with: "50.5,")
        #expect(dialect.reason("\(root)/progress", percent) == "field progress: expected integer, got 50.5")
        let bytes = Self.progress.replacing("524288", with: "5e5")
        #expect(
            dialect.reason("\(root)/progress", bytes) == "field downloaded_bytes: expected integer, got 5e5"
        )
    }

    @Test func `refuses a number as command id`() {
        let payload = Self.progress.replacing("\"cmd-12345\"", with: "12345")
        #expect(
            dialect.reason("\(root)/progress", payload) == "field command_id: expected string, got number"
        )
    }

    @Test func `keeps a percentage beyond one hundred`() {
        let payload = Self.progress.replacing("50,", with: "200,")
        #expect(dialect.read("\(root)/progress", payload)?.percent == 200)
    }

    @Test func `leaves out a claimed time without zone`() {
        let payload = Self.progress.replacing("05Z", with: "05")
        let read = dialect.read("\(root)/progress", payload)
        #expect(read?.kind == .progress)
        #expect(read?.claimedAt == nil)
    }

    @Test func `refuses a status that the dialect does not have`() {
        let result = dialect.reason("\(root)/result", #"{"command_id":"c","status":"DONE"}"#)
        #expect(result == #"field status: unexpected "DONE""#)
        let ack = dialect.reason("\(root)/request/ack", #"{"command_id":"c","status":"SURE"}"#)
        #expect(ack == #"field status: unexpected "SURE""#)
    }

    @Test(
        arguments: [
            ("FAILED", "Checksum mismatch.", .hashMismatch),
            ("FAILED", "404 Client Error: Not Found for url: http://h/checksum-mismatch?X=1", .httpError),
            ("FAILED", "('Connection broken: IncompleteRead(10 bytes read)', x)", .truncated),
            ("FAILED", "HTTPConnectionPool(host='h', port=80): Read timed out.", .stalled),
            ("TIMEOUT", "Download timed out: Read timed out.", .timedOut),
            ("FAILED", "No connection adapters were found for 'ftp://x'", nil),
            ("SUCCESS", "Checksum mismatch.", nil),
        ] as [(String, String, FailureClass?)]
    )
    func `names the failure that a result claims`(status: String, message: String, expected: FailureClass?) {
        let payload = #"{"command_id":"c","status":"\#(status)","message":"\#(message)"}"#
        #expect(dialect.read("\(root)/result", payload)?.claimedFailure == expected)
    }

    @Test func `declares what its publishers do`() {
        #expect(dialect.direction(of: "download-request") == .down)
        #expect(dialect.direction(of: "download-result") == .up)
        #expect(dialect.direction(of: "upgrade") == nil)
        #expect(dialect.declaredQoS(.down) == .exactlyOnce)
        #expect(dialect.declaredQoS(.up) == .atMostOnce)
        #expect(!dialect.reportsVersion)
        #expect(dialect.timers == DialectTimers())
    }

    private func event(_ kind: UpgradeEvent.Kind, _ rule: String) -> UpgradeEvent {
        var event = UpgradeEvent(
            kind: kind,
            recordedAt: Timestamp(seconds: 1_767_323_045),
            dialect: "iot-cloud-ota",
            rule: rule,
            deviceID: "device-001"
        )
        event.commandID = "cmd-12345"
        return event
    }

    private static let request = """
        {
          "command_id": "cmd-12345",
          "signed_url": "https://your-s3-bucket.s3.amazonaws.com/firmware.bin?AWSAccessKeyId=...",
          "version": "1.1.0",
          "checksum": "sha256:f2ca1bb6c7e907d06dafe4687e579fce76b37e4e93b7605022da52e6ccc26fd2",
          "size": 1048576,
          "timeout": 600
        }
        """

    private static let progress = """
        {"command_id": "cmd-12345", "progress": 50, "downloaded_bytes": 524288, "total_bytes": 1048576,
         "speed_kbps": 512.5, "eta_seconds": 1, "timestamp": "2023-10-27T10:00:05Z"}
        """
}
