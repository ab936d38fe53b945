// What is measured of a body on its way past.

import Digests
import Testing
import Traffic

@testable import Pipeline

private let start = Timestamp(seconds: 1)

private func exchange(_ bodyBytes: Int64, missing: Int64 = 0) -> Exchange {
    let peer = Endpoint(address: IPAddress(ipv4: 1), port: 1)
    var exchange = Exchange(
        client: peer,
        server: peer,
        method: "GET",
        host: "",
        target: "/",
        requestedAt: start
    )
    exchange.status = 200
    exchange.contentEncoding = "gzip"
    exchange.end = missing > 0 ? .gap : .complete
    (exchange.bodyBytes, exchange.missingBytes) = (bodyBytes, missing)
    return exchange
}

/// `gzip` of `abc`, by Python.
private let coded: [UInt8] = [
    0x1F, 0x8B, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0x4B, 0x4C, 0x4A, 0x06, 0x00, 0xC2, 0x41,
    0x24,
    0x35, 0x03, 0x00, 0x00, 0x00,
]

@Test func `measures bytes as sent and as decoded`() {
    var meter = BodyMeter()
    meter.answer(exchange(0))
    for byte in coded {
        let piece = [byte]
        meter.receive(piece.span.bytes, at: start)
    }
    let transfer = meter.transfer(exchange(Int64(coded.count)), evidence: .wire)
    #expect(transfer.sha256 != nil && transfer.samples.last?.bytes == Int64(coded.count))
    #expect(transfer.decoding == .complete && transfer.decodedBytes == 3)
    #expect(transfer.decodedMD5 == "900150983cd24fb0d6963f7d28e17f72")
}

@Test func `keeps the digests of what came before a hole for those who go on from there`() {
    var meter = BodyMeter()
    meter.answer(exchange(0))
    meter.receive(coded.span.bytes, at: start)
    let before = meter.digests.hex
    meter.miss()
    meter.receive(coded.span.bytes, at: start)
    #expect(meter.digests.hex == before)
    let transfer = meter.transfer(exchange(46, missing: 2), evidence: .wire)
    #expect(transfer.sha256 == nil && transfer.decoding == .cut && transfer.samples.last?.bytes == 46)
}

@Test func `joins what two exchanges bring of one file`() throws {
    var meters = BodyMeters()
    var transfer: Transfer?
    for (number, piece) in [(1, 0..<9), (2, 9..<coded.count)] {
        var part = exchange(Int64(piece.count))
        part.status = 206
        part.contentRange = "bytes \(piece.lowerBound)-\(piece.upperBound - 1)/\(coded.count)"
        meters.begin(number)
        meters.answer(number, part)
        meters.receive(number, Array(coded[piece]).span.bytes, at: start)
        transfer = meters.end(number, part)
    }
    let assembly = try #require(transfer?.assembly)
    #expect(assembly.exchanges == 2 && assembly.digesting == .whole)
    let never = meters.end(7, exchange(0))
    #expect(never == nil)
}
