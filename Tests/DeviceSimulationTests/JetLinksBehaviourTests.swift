// A dialect B device. dialects.md §3.2–3.5.

import Dialects
import Testing
import Traffic

@testable import DeviceSimulation

private func device(step: Int = 10) -> DeviceMachine {
    DeviceMachine(
        identity: DeviceIdentity(productID: "p", deviceID: "d"),
        profile: .jetlinks(progressStep: step, installedVersion: "1.0")
    )
}

private func event(_ kind: UpgradeEvent.Kind, _ rule: String = "upgrade", id: String? = "m1") -> UpgradeEvent
{
    var event = UpgradeEvent(kind: kind, recordedAt: at(0), dialect: "jetlinks", rule: rule, deviceID: "d")
    event.commandID = id
    return event
}

private func offer(
    rule: String = "upgrade",
    id: String? = "m1",
    size: Int64? = 200,
    sign: DeclaredDigest? = DeclaredDigest(bodyMD5, algorithm: "md5")
) -> UpgradeEvent {
    var offer = event(.offer, rule, id: id)
    offer.url = url
    offer.version = "2.0"
    offer.firmwareID = "f"
    offer.sizeBytes = size
    offer.digest = sign
    return offer
}

private let accept = "accept m1 ok"
private let begin = "download \(url) 30.0 seconds"

/// What the device says at the end of a body of `byteCount` bytes.
private func outcome(of offer: UpgradeEvent, byteCount: Int = 200, end: DownloadEnd = .whole) -> [String] {
    var device = device()
    _ = device.receive(offer, at: at(0))
    _ = device.downloadReceived(byteCount: byteCount, at: at(1))
    return device.downloadEnded(end, at: at(2)).lines
}

@Test func `replies, reports each step, completes, and reports its new version`() throws {
    var device = device()
    #expect(device.receive(offer(), at: at(0)).lines == [accept, begin])
    #expect(device.downloadReceived(byteCount: 19, at: at(1)).isEmpty)
    #expect(device.downloadReceived(byteCount: 1, at: at(1)).lines == ["progress 10% ok 2.0"])
    #expect(device.downloadReceived(byteCount: 19, at: at(1)).isEmpty)
    let steps = device.downloadReceived(byteCount: 61, at: at(1)).lines
    #expect(steps == [20, 30, 40, 50].map { "progress \($0)% ok 2.0" })
    #expect(device.downloadReceived(byteCount: 100, at: at(1)).last?.line == "progress 90% ok 2.0")
    let end = device.downloadEnded(.whole, at: at(2))
    #expect(end.lines == ["result 100% ok 2.0", "version 2.0"])
    let result = try #require(end.first?.published)
    #expect(result.rule == "upgrade-progress" && result.firmwareID == "f" && result.productID == "p")
    #expect(end.last?.published?.rule == "report" && device.installedVersion == "2.0")
}

@Test func `reports at the steps it is told`() {
    var device = device(step: 25)
    _ = device.receive(offer(), at: at(0))
    let percents = (0..<20).flatMap { _ in device.downloadReceived(byteCount: 10, at: at(1)) }
        .compactMap { $0.published?.percent }
    #expect(percents == [25, 50, 75])
}

@Test(arguments: [1, 7, 60, 200])
func `reports the same steps however the bytes come in`(pieceSize: Int) {
    var device = device(step: 30)
    _ = device.receive(offer(), at: at(0))
    var actions: [DeviceAction] = []
    for start in stride(from: 0, to: 200, by: pieceSize) {
        actions += device.downloadReceived(byteCount: min(pieceSize, 200 - start), at: at(1))
    }
    #expect(actions.compactMap { $0.published?.percent } == [30, 60, 90])
}

@Test func `reports no steps when the size is unknown`() {
    var device = device()
    _ = device.receive(offer(size: nil), at: at(0))
    #expect(device.downloadReceived(byteCount: 10_000, at: at(1)).isEmpty)
    #expect(device.downloadEnded(.whole, at: at(2)).lines == ["result 100% ok 2.0", "version 2.0"])
}

@Test(arguments: [
    DeclaredDigest(bodyMD5.uppercased(), algorithm: "MD5"), DeclaredDigest(bodySHA256, algorithm: "sha256"),
    DeclaredDigest(bodySHA256.uppercased(), algorithm: "SHA256"), DeclaredDigest(bodyMD5),
    DeclaredDigest(bodySHA256), nil,
])
func `accepts either digest in any case, and none`(sign: DeclaredDigest?) {
    #expect(outcome(of: offer(sign: sign)).first == "result 100% ok 2.0")
}

@Test func `names both digests of a mismatch, and reports no version`() {
    let zeros = String(repeating: "0", count: 32)
    #expect(
        outcome(of: offer(sign: DeclaredDigest(zeros, algorithm: "md5"))) == [
            "result 90% not ok 2.0 digest mismatch: expected \(zeros) got \(bodyMD5)"
        ]
    )
}

@Test func `does not accept a method that it does not know`() {
    let lines = outcome(of: offer(sign: DeclaredDigest(bodyMD5, algorithm: "crc32")))
    #expect(lines.first?.hasSuffix("digest mismatch: unknown method 'crc32'") == true)
}

@Test func `compares the size before the digest`() {
    let lines = outcome(of: offer(size: 300))
    #expect(lines == ["result 60% not ok 2.0 size mismatch: expected 300 bytes, got 200"])
}

@Test(arguments: [
    (DownloadEnd.status(404, reason: "Not Found"), "HTTP 404"),
    (.noResponse, "timeout"),
    (.stalled, "timeout"),
    (.truncated(contentLength: 200), "connection closed at 100 of 200 bytes"),
    (.truncated(contentLength: nil), "connection closed at 100 of 200 bytes"),
    (.reset, "connection reset at 100 of 200 bytes"),
    (.unreachable("refused"), "connection failed: refused"),
    (.badURL, "url cannot be used"),
])
func `completes without success and says why`(end: DownloadEnd, reason: String) {
    #expect(outcome(of: offer(), byteCount: 100, end: end) == ["result 50% not ok 2.0 \(reason)"])
}

@Test func `refuses an offer while it is busy`() {
    var device = device()
    _ = device.receive(offer(), at: at(0))
    let refusal = device.receive(offer(id: "m2"), at: at(1))
    #expect(refusal.lines == ["reject m2 SYSTEM_BUSY not ok an upgrade is in progress"])
    _ = device.downloadReceived(byteCount: 200, at: at(2))
    #expect(device.downloadEnded(.whole, at: at(2)).lines.first == "result 100% ok 2.0")
}

@Test func `refuses an offer without a URL`() {
    var device = device()
    var offer = offer()
    offer.url = nil
    #expect(
        device.receive(offer, at: at(0)).lines == ["reject m1 PARAMETER_ERROR not ok the offer has no url"]
    )
}

@Test func `downloads without a reply when there is no messageId to echo`() {
    var device = device()
    #expect(device.receive(offer(id: nil), at: at(0)).lines == [begin])
    #expect(device.receive(offer(id: nil), at: at(0)).isEmpty)
}

@Test func `polls with its version and takes the answer without a reply`() throws {
    var device = device()
    let poll = try #require(device.poll(messageID: "q1", at: at(0)).first?.published)
    #expect(poll.kind == .poll && poll.commandID == "q1" && poll.currentVersion == "1.0")
    #expect(device.receive(offer(rule: "pull-reply", id: "q1"), at: at(1)).lines == [begin])
    // The next push is answered again.
    _ = device.downloadEnded(.whole, at: at(2))
    #expect(device.receive(offer(), at: at(3)).lines == [accept, begin])
}

@Test func `does nothing when there is nothing to install`() {
    var device = device()
    _ = device.poll(messageID: "q1", at: at(0))
    #expect(device.receive(event(.noUpdate, "pull-reply", id: "q1"), at: at(1)).isEmpty)
    #expect(device.receive(offer(id: "q1"), at: at(2)).lines.first == "accept q1 ok")
}

@Test func `says which version it runs, before and after`() throws {
    var device = device()
    let query = event(.versionQuery, "read", id: "r1")
    let before = try #require(device.receive(query, at: at(0)).first?.published)
    #expect(before.kind == .version && before.rule == "read-reply")
    #expect(before.commandID == "r1" && before.version == "1.0")
    _ = device.receive(offer(), at: at(1))
    _ = device.downloadReceived(byteCount: 200, at: at(2))
    _ = device.downloadEnded(.whole, at: at(3))
    #expect(device.receive(query, at: at(4)).lines == ["version r1 2.0"])
}

@Test(arguments: [Int64.max, .min, -5])
func `survives any declared size in dialect B`(size: Int64) {
    #expect(outcome(of: offer(size: size)).first?.contains("size mismatch") == true)
}
