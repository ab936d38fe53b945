// Decoding coded bodies as they stream past. The coded bytes were made with Python's gzip and zlib.

import Testing
import Traffic

@testable import Digests

/// `firmware ` twenty times, its length and digests.
private let text = [[UInt8]](repeating: Array("firmware ".utf8), count: 20).flatMap { $0 }
private let sha256 = "66f5656315fc6ed41d31801abe73df0eb6ece7590a8bfb6346c2871027ca8a99"
private let md5 = "a1d079c1673f750f6848d5a7b9c5a5af"

private let deflated: [UInt8] = [
    0x4B, 0xCB, 0x2C, 0xCA, 0x2D, 0x4F, 0x2C, 0x4A, 0x55, 0x48, 0x1B, 0x3A, 0x0C, 0x00,
]
/// RFC 1952 §2.3: magic, method 8, no flags, no time, extra flags, system; then CRC-32 and length.
private let gzipped =
    [0x1F, 0x8B, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03] + deflated
    + [0x59, 0xEE, 0x05, 0xC8, 0xB4, 0x00, 0x00, 0x00]
/// RFC 1950 §2.2: method and window, flags; then Adler-32.
private let zlibbed = [0x78, 0x9C] + deflated + [0xC3, 0xA6, 0x45, 0xC5]

/// An answer whose whole body came.
private func answer(_ coding: String?, _ change: (inout Exchange) -> Void = { _ in }) -> Exchange {
    let end = Endpoint(address: IPAddress(ipv4: 1), port: 1)
    var exchange = Exchange(
        client: end,
        server: end,
        method: "GET",
        host: "",
        target: "/fw",
        requestedAt: Timestamp(nanoseconds: 0)
    )
    exchange.status = 200
    exchange.end = .complete
    exchange.contentEncoding = coding
    change(&exchange)
    return exchange
}

/// What is measured of a body that comes in `pieces`.
private func measured(
    _ pieces: [[UInt8]],
    _ answer: Exchange,
    limits: DecodingLimits = DecodingLimits()
) -> Transfer {
    var exchange = answer
    let decoder = BodyDecoder(of: exchange, limits: limits)
    var digests = BodyDigests()
    for piece in pieces {
        digests.receive(piece.span.bytes)
        decoder?.receive(piece.span.bytes)
        exchange.bodyBytes += Int64(piece.count)
    }
    return Transfer(
        measuring: exchange,
        evidence: .wire,
        digests: digests,
        curve: RateCurve(),
        decoder: decoder
    )
}

/// Whether the transfer holds `text`, decoded whole.
private func isWhole(_ transfer: Transfer) -> Bool {
    transfer.decoding == .complete && transfer.decodedBytes == 180 && transfer.decodedSHA256 == sha256
        && transfer.decodedMD5 == md5
}

@Test(
    arguments: [
        ("gzip", gzipped), ("x-gzip", gzipped), (" GZip ", gzipped), ("identity, gzip", gzipped),
        ("deflate", zlibbed), ("deflate", deflated),
    ] as [(String, [UInt8])]
)
func `decodes a body for every split into two and one byte at a time`(coding: String, body: [UInt8]) {
    for split in 0...body.count {
        #expect(
            isWhole(measured([Array(body[..<split]), Array(body[split...])], answer(coding))),
            "\(split)"
        )
    }
    let bytewise = measured(body.map { [$0] }, answer(coding))
    #expect(isWhole(bytewise))
    #expect(bytewise.sha256 != sha256, "the digest of the bytes on the wire stays what it was")
}

@Test func `says of every prefix that it is cut, with what was decoded of it`() {
    for count in 1..<gzipped.count {
        let transfer = measured([Array(gzipped[..<count])], answer("gzip"))
        #expect(transfer.decoding == .cut && transfer.decodedSHA256 == nil, "\(count) bytes")
        #expect(transfer.decodedBytes ?? 0 <= 180)
    }
}

// RFC 1952 §2.2: a file is a series of members.
@Test func `decodes members one behind the other and steps over padding`() {
    let twice = measured([gzipped + gzipped], answer("gzip"))
    #expect(twice.decoding == .complete && twice.decodedBytes == 360)
    #expect(isWhole(measured([gzipped + [0, 0, 0, 0]], answer("gzip"))))
    #expect(isWhole(measured([zlibbed, [1, 2, 3]], answer("deflate"))))
    #expect(measured([gzipped + gzipped.dropLast()], answer("gzip")).decoding == .cut)
}

@Test func `finds a body that is not what its coding says`() {
    var wrongCheck = gzipped
    wrongCheck[gzipped.count - 8] ^= 1
    for body in [wrongCheck, Array("plain text".utf8), [0x1F, 0x8B, 0x07, 0]] {
        let transfer = measured([body], answer("gzip"))
        #expect(transfer.decoding == .damaged && transfer.decodedSHA256 == nil)
        #expect(transfer.sha256 != nil)
    }
}

@Test func `tells a hole from damage`() {
    let transfer = measured([gzipped], answer("gzip") { $0.missingBytes = 1 })
    #expect(transfer.decoding == .cut && transfer.decodedSHA256 == nil)
}

@Test(arguments: [nil, "", "identity", "Identity"] as [String?])
func `decodes nothing where there is no coding`(coding: String?) {
    let transfer = measured([text], answer(coding))
    #expect(transfer.decoding == nil && transfer.decodedBytes == nil)
    #expect(transfer.sha256 == sha256)
}

@Test func `says nothing of the coding of a body that has no bytes`() {
    #expect(measured([], answer("gzip")).decoding == nil)
}

@Test(arguments: ["br", "zstd", "compress", "gzip, gzip", "deflate, gzip"])
func `names what it cannot decode`(coding: String) {
    let transfer = measured([gzipped], answer(coding))
    #expect(transfer.decoding == .unsupported && transfer.decodedBytes == nil)
}

// RFC 9112 §7.2.
@Test func `decodes a transfer coding as it does a content coding`() {
    #expect(isWhole(measured([gzipped], answer(nil) { $0.transferEncoding = "gzip, chunked" })))
    let both = answer("gzip") { $0.transferEncoding = "gzip, chunked" }
    #expect(measured([gzipped], both).decoding == .unsupported)
}

// RFC 9110 §14.2: ranges are of the coded bytes.
@Test(
    arguments: [
        ("bytes 0-31/32", .complete), ("bytes 4-31/32", .cut), ("bytes 9-4/32", .cut),
    ] as [(String, Transfer.Decoding)]
)
func `decodes a part only from the start`(range: String, decoding: Transfer.Decoding) {
    let part = answer("gzip") {
        $0.status = 206
        $0.contentRange = range
    }
    #expect(measured([gzipped], part).decoding == decoding)
}

@Test func `gives up at the ratio, the size and the number of bodies, and says so`() {
    var ratio = DecodingLimits()
    (ratio.freeBytes, ratio.ratio) = (100, 5)
    var size = DecodingLimits()
    size.bytes = 179
    var bodies = DecodingLimits()
    bodies.bodies = 0
    for limits in [ratio, size, bodies] {
        let transfer = measured([gzipped], answer("gzip"), limits: limits)
        #expect(transfer.decoding == .limited && transfer.decodedSHA256 == nil && transfer.decodedMD5 == nil)
    }
    (ratio.freeBytes, ratio.ratio) = (100, 6)
    #expect(isWhole(measured([gzipped], answer("gzip"), limits: ratio)))
}

@Test func `survives damaged streams of any kind`() {
    var seed: UInt64 = 7
    for _ in 0..<3_000 {
        seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        var body = seed & 1 == 0 ? gzipped : zlibbed
        body[Int(seed >> 33) % body.count] = UInt8(truncatingIfNeeded: seed >> 20)
        let split = Int(seed >> 12) % body.count
        let coding = seed & 1 == 0 ? "gzip" : "deflate"
        let transfer = measured([Array(body[..<split]), Array(body[split...])], answer(coding))
        #expect((transfer.decodedSHA256 != nil) == (transfer.decoding == .complete))
    }
}
