// The dialect A simulator, row by row of dialects.md §1.6.

import Dialects
import Testing
import Traffic

@testable import DeviceSimulation

private func device(chunkSize: Int = 100) -> DeviceMachine {
    DeviceMachine(identity: DeviceIdentity(deviceID: "7"), profile: .iotCloudOTA(chunkSize: chunkSize))
}

private func offer(
    id: String = "c1",
    checksum: String = "sha256:" + bodySHA256,
    size: Int64? = 250,
    timeout: Duration? = .seconds(3),
    reason: String? = nil
) -> UpgradeEvent {
    var event = UpgradeEvent(
        kind: .offer,
        recordedAt: at(0),
        dialect: "iot-cloud-ota",
        rule: "download-request",
        deviceID: "7"
    )
    event.commandID = id
    event.url = url
    event.version = "2.0"
    event.digest = DeclaredDigest(checksum)
    event.sizeBytes = size
    event.socketTimeout = timeout
    event.reason = reason
    return event
}

private let ack = "accept c1 ACKNOWLEDGED Firmware download request received"
private let begin = "download \(url) 3.0 seconds"
private let prefix = "result c1 FAILED not ok An unexpected error occurred: "

/// All that the device does about one offer whose body of `byteCount` bytes ends so.
private func transcript(_ offer: UpgradeEvent, byteCount: Int = 250, end: DownloadEnd = .whole) -> [String] {
    var device = device()
    var lines = device.receive(offer, at: at(0)).lines
    if byteCount > 0 { lines += device.downloadReceived(byteCount: byteCount, at: at(1)).lines }
    return lines + device.downloadEnded(end, at: at(2)).lines
}

@Test func `acknowledges, reports each chunk, repeats the last, and succeeds`() {
    var device = device()
    #expect(device.receive(offer(), at: at(0)).lines == [ack, begin])
    #expect(device.downloadReceived(byteCount: 99, at: at(1)).isEmpty)
    #expect(device.downloadReceived(byteCount: 1, at: at(1)).lines == ["progress c1 40% 100/250"])
    #expect(device.downloadReceived(byteCount: 150, at: at(2)).lines == ["progress c1 80% 200/250"])
    #expect(
        device.downloadEnded(.whole, at: at(3)).lines == [
            "progress c1 100% 250/250", "progress c1 100% 250/250",
            "result c1 SUCCESS ok Download completed successfully",
        ]
    )
    #expect(device.installedVersion == "1.0.0")
}

@Test(arguments: [(1, 3), (99, 3), (100, 3), (101, 4), (200, 4), (201, 5), (0, 2)])
func `sends one progress a chunk and one more, then the result`(byteCount: Int, expected: Int) {
    let lines = transcript(offer(), byteCount: byteCount)
    #expect(lines.dropFirst(2).count == expected)
}

@Test func `claims speed and time left from the average since the command`() throws {
    var device = device()
    _ = device.receive(offer(size: 1_000), at: at(0))
    let event = try #require(device.downloadReceived(byteCount: 100, at: at(4)).first?.published)
    #expect(event.bytesPerSecond == 25 && event.remaining == .seconds(36))
    #expect(event.claimedAt == at(4) && event.percent == 10)
    let result = try #require(device.downloadEnded(.whole, at: at(5.5)).last?.published)
    #expect(result.duration == .seconds(5.5) && result.isDigestVerified == true)
}

@Test func `claims no speed while no time has passed`() throws {
    var device = device()
    _ = device.receive(offer(), at: at(0))
    let event = try #require(device.downloadReceived(byteCount: 100, at: at(0)).first?.published)
    #expect(event.bytesPerSecond == 0 && event.remaining == .zero)
}

@Test(arguments: [
    "sha256:" + String(repeating: "0", count: 64), "md5:" + bodyMD5, "sha512:" + bodySHA256,
    "sha256:" + bodySHA256.uppercased(), bodySHA256.uppercased(), bodyMD5, "", ":" + bodySHA256,
])
func `finds a mismatch for every digest that is not the lower-case SHA-256`(checksum: String) throws {
    let lines = transcript(offer(checksum: checksum))
    #expect(lines.suffix(2) == ["progress c1 100% 250/250", "result c1 FAILED not ok Checksum mismatch."])
    var device = device()
    _ = device.receive(offer(checksum: checksum), at: at(0))
    #expect(device.downloadEnded(.whole, at: at(1)).last?.published?.isDigestVerified == false)
}

@Test(arguments: [bodySHA256, "sha256:" + bodySHA256, "SHA256:" + bodySHA256])
func `accepts the digest bare and with its name in any case`(checksum: String) {
    #expect(transcript(offer(checksum: checksum)).last?.contains("SUCCESS") == true)
}

@Test func `ignores what is no readable offer, and offers to others`() {
    var device = device()
    var unreadable = offer()
    unreadable.kind = .unknown
    #expect(device.receive(unreadable, at: at(0)).isEmpty)
    var cancel = offer()
    cancel.kind = .cancel
    #expect(device.receive(cancel, at: at(0)).isEmpty)
    var other = offer()
    other.deviceID = "8"
    #expect(device.receive(other, at: at(0)).isEmpty)
}

@Test(arguments: [
    (404, "Not Found", "404 Client Error: Not Found for url: \(url)"),
    (403, "Forbidden", "403 Client Error: Forbidden for url: \(url)"),
    (503, "Service Unavailable", "503 Server Error: Service Unavailable for url: \(url)"),
])
func `fails at once on an error status, with the whole URL`(status: Int, reason: String, text: String) {
    let lines = transcript(offer(), byteCount: 0, end: .status(status, reason: reason))
    #expect(lines == [ack, begin, prefix + text])
}

@Test func `fails at once without a connection, with the query`() throws {
    let refused = try #require(transcript(offer(), byteCount: 0, end: .unreachable("refused")).last)
    #expect(
        refused.hasPrefix(prefix + "HTTPConnectionPool(host='127.0.0.1', port=8080): Max retries exceeded")
    )
    #expect(refused.contains("/fw.bin?Signature=s3cret") && refused.contains("refused"))
    let unusable = transcript(offer(), byteCount: 0, end: .badURL).last
    #expect(unusable == prefix + "No connection adapters were found for '\(url)'")
}

@Test func `times out when no response comes`() {
    let lines = transcript(offer(), byteCount: 0, end: .noResponse)
    #expect(
        lines == [ack, begin, "result c1 TIMEOUT not ok Download from \(url) timed out after 3 seconds."]
    )
}

@Test func `fails, but does not time out, when the body stalls`() {
    let text = prefix + "HTTPConnectionPool(host='127.0.0.1', port=8080): Read timed out."
    #expect(
        transcript(offer(), byteCount: 120, end: .stalled) == [ack, begin, "progress c1 40% 100/250", text]
    )
}

@Test func `fails when the connection is cut before the declared length`() {
    let error = "IncompleteRead(120 bytes read, 130 more expected)"
    let lines = transcript(offer(), byteCount: 120, end: .truncated(contentLength: 250))
    #expect(
        lines == [
            ack, begin, "progress c1 40% 100/250", prefix + "('Connection broken: \(error)', \(error))",
        ]
    )
    #expect(
        transcript(offer(), byteCount: 120, end: .reset).last?.contains("ConnectionResetError(104") == true
    )
}

@Test func `takes a cut without declared length for the end of the body`() {
    let other = DownloadEnd.complete(sha256: String(repeating: "1", count: 64), md5: "")
    #expect(
        transcript(offer(), byteCount: 120, end: other).dropFirst(2) == [
            "progress c1 40% 100/250", "progress c1 48% 120/250", "progress c1 48% 120/250",
            "result c1 FAILED not ok Checksum mismatch.",
        ]
    )
}

@Test func `goes to 200 percent when the declared size is half`() {
    let lines = transcript(offer(size: 125))
    #expect(lines.contains("progress c1 160% 200/125") && lines.contains("progress c1 200% 250/125"))
    #expect(lines.last?.contains("SUCCESS") == true)
}

@Test func `stops at 50 percent twice when the declared size is double`() {
    let lines = transcript(offer(size: 500))
    #expect(lines.suffix(3).dropLast() == ["progress c1 50% 250/500", "progress c1 50% 250/500"])
    #expect(lines.last?.contains("SUCCESS") == true)
}

@Test func `reports no progress when the declared size is 0`() {
    #expect(
        transcript(offer(size: 0)).dropFirst(2) == ["result c1 SUCCESS ok Download completed successfully"]
    )
}

@Test func `crashes its transfer at the first chunk when the size is no number`() {
    var device = device()
    let mistyped = offer(size: nil, reason: "size: expected a number, got a string")
    #expect(device.receive(mistyped, at: at(0)).lines == [ack, begin])
    let text = prefix + "'>' not supported between instances of 'str' and 'int'"
    #expect(device.downloadReceived(byteCount: 300, at: at(1)).lines == [text, "abandon"])
    #expect(device.downloadEnded(.whole, at: at(2)).isEmpty)
    #expect(transcript(mistyped, byteCount: 10).last == text)
}

@Test func `fails before any download when the time limit cannot be used`() {
    let zero = transcript(offer(timeout: .zero), byteCount: 0)
    #expect(zero.count == 2 && zero.first == ack && zero.last?.contains("connect timeout to 0, but") == true)
    let mistyped = transcript(offer(timeout: nil, reason: "timeout: expected a number"), byteCount: 0)
    #expect(mistyped.count == 2 && mistyped.last?.contains("must be an int, float or None") == true)
}

@Test func `waits 300 seconds when the offer sets no limit`() {
    var device = device()
    #expect(device.receive(offer(timeout: nil), at: at(0)).lines.last == "download \(url) 300.0 seconds")
}

@Test(arguments: ["c1", "c2"])
func `ignores a command during a download without any answer`(id: String) {
    var device = device()
    _ = device.receive(offer(), at: at(0))
    #expect(device.receive(offer(id: id), at: at(1)).isEmpty)
    _ = device.downloadReceived(byteCount: 250, at: at(2))
    #expect(device.downloadEnded(.whole, at: at(3)).lines.last?.hasPrefix("result c1 SUCCESS") == true)
}

@Test func `runs the same command again after its end`() {
    var device = device()
    _ = device.receive(offer(), at: at(0))
    _ = device.downloadEnded(.noResponse, at: at(3))
    #expect(device.receive(offer(), at: at(4)).lines == [ack, begin])
    #expect(device.downloadReceived(byteCount: 100, at: at(5)).lines == ["progress c1 40% 100/250"])
}

@Test func `ignores downloads that it did not order`() {
    var device = device()
    #expect(device.downloadReceived(byteCount: 1_000, at: at(0)).isEmpty)
    #expect(device.downloadEnded(.whole, at: at(0)).isEmpty)
    #expect(device.poll(messageID: "m", at: at(0)).isEmpty)
}

@Test(arguments: [Int64.max, .min, -1, 1])
func `survives any declared size and a clock that goes back`(size: Int64) {
    var device = device()
    _ = device.receive(offer(size: size), at: at(10))
    _ = device.downloadReceived(byteCount: 100, at: at(-1e9))
    #expect(device.downloadEnded(.whole, at: Timestamp(nanoseconds: .max)).last?.published?.kind == .result)
}
