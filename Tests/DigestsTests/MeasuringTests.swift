// Digests of bytes, files and bodies. The expected values are those of sha256sum and md5sum.

import Digests
import Foundation
import TestSupport
import Testing
import Traffic

private let emptySHA256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
private let emptyMD5 = "d41d8cd98f00b204e9800998ecf8427e"
private let abcSHA256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
private let abcMD5 = "900150983cd24fb0d6963f7d28e17f72"

/// An exchange answered with 200 and a complete body, unless changed.
private func exchange(bodyBytes: Int64, _ change: (inout Exchange) -> Void = { _ in }) -> Exchange {
    let client = Endpoint(address: IPAddress(ipv4: 0x7F00_0001), port: 1)
    var exchange = Exchange(
        client: client,
        server: client,
        method: "GET",
        host: "",
        target: "/fw",
        requestedAt: Timestamp(nanoseconds: 0)
    )
    exchange.status = 200
    exchange.end = .complete
    exchange.bodyBytes = bodyBytes
    change(&exchange)
    return exchange
}

/// What is measured of an exchange whose body was `text`.
private func measured(
    _ text: String = "",
    _ evidence: Transfer.Evidence = .wire,
    _ change: (inout Exchange) -> Void = { _ in }
) -> Transfer {
    let bytes = Array(text.utf8)
    var digests = BodyDigests()
    var curve = RateCurve()
    curve.receive(byteCount: 0, at: Timestamp(nanoseconds: 0))
    for byte in bytes {
        let piece = [byte]
        digests.receive(piece.span.bytes)
        curve.receive(byteCount: 1, at: Timestamp(nanoseconds: 1))
    }
    return Transfer(
        measuring: exchange(bodyBytes: Int64(bytes.count), change),
        evidence: evidence,
        digests: digests,
        curve: curve
    )
}

@Test func `digests a body that comes in pieces`() {
    let transfer = measured("abc")
    #expect(transfer.sha256 == abcSHA256 && transfer.md5 == abcMD5)
    #expect(transfer.samples.last?.bytes == 3)
}

@Test(arguments: Transfer.Evidence.allCases)
func `digests an empty body that is known to be all there was`(evidence: Transfer.Evidence) {
    let transfer = measured("", evidence)
    #expect(transfer.evidence == evidence && transfer.samples.isEmpty)
    #expect(transfer.sha256 == emptySHA256 && transfer.md5 == emptyMD5)
}

@Test(arguments: [Exchange.End.truncated, .gap, .reset])
func `has no digests where no byte came and more may have been meant`(end: Exchange.End) {
    #expect(measured { $0.end = end }.sha256 == nil)
    #expect(measured { $0.end = end }.md5 == nil)
}

@Test func `has no digests for an answer that was not seen whole`() {
    #expect(measured { $0.status = nil }.sha256 == nil)
    #expect(measured { $0.method = "HEAD" }.sha256 != nil, "an empty body, whole, as any other")
}

@Test func `has no digests for a body with missing bytes`() {
    let transfer = measured("abc") { $0.missingBytes = 1 }
    #expect(transfer.sha256 == nil && transfer.md5 == nil && transfer.samples.last?.bytes == 3)
}

@Test func `digests what came of a body that was cut short`() {
    #expect(measured("abc") { $0.end = .truncated }.sha256 == abcSHA256)
}

@Test func `digests bytes and files alike, also over several reads`() throws {
    let short = Array("abc".utf8)
    let ofShort = ContentSHA256.of(short.span.bytes)
    #expect(ofShort == abcSHA256)
    let bytes = [UInt8](repeating: 7, count: (1 << 20) + 3)
    let ofBytes = ContentSHA256.of(bytes.span.bytes)
    let scratch = try ScratchFolder()
    try Data(bytes).write(to: scratch.url.appending(path: "image"))
    #expect(try ContentSHA256.ofFile(scratch.path("image")) == ofBytes)
}

@Test func `throws for a file that is not there`() throws {
    let scratch = try ScratchFolder()
    #expect(throws: (any Error).self) { try ContentSHA256.ofFile(scratch.path("none")) }
}
