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
    var meter = BodyMeter(of: exchange(0))
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
    var meter = BodyMeter(of: exchange(0))
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
        meters.answer(number, part)
        meters.receive(number, Array(coded[piece]).span.bytes, at: start)
        transfer = meters.end(number, part)
    }
    let assembly = try #require(transfer?.assembly)
    #expect(assembly.exchanges == 2 && assembly.digesting == .whole)
}

@Test func `holds nothing for requests that nobody answers`() {
    var meters = BodyMeters()
    var unanswered = exchange(0)
    (unanswered.status, unanswered.end) = (nil, .truncated)
    for number in 1...1_000 {
        let transfer = meters.end(number, unanswered)
        #expect(transfer.sha256 == nil && transfer.samples.isEmpty)
    }
    #expect(meters.count == 0 && meters.losses == Losses())
}

@Test func `measures a bounded number of bodies at once and counts the others`() {
    var limits = MeterLimits()
    limits.bodies = 2
    var meters = BodyMeters(limits: limits)
    for number in 1...3 { meters.answer(number, exchange(0)) }
    for number in 1...3 { meters.receive(number, coded.span.bytes, at: start) }
    let digests = (1...3).map { meters.end($0, exchange(Int64(coded.count))).sha256 != nil }
    #expect(digests == [true, true, false])
    #expect(meters.count == 0 && meters.losses.unmeasuredBodies == 1)
    meters.answer(4, exchange(0))
    let next = meters.end(4, exchange(0))
    #expect(next.sha256 != nil)
}

@Test func `knows the digest of no bytes without having looked`() {
    var limits = MeterLimits()
    limits.bodies = 0
    var meters = BodyMeters(limits: limits)
    meters.answer(1, exchange(0))
    let transfer = meters.end(1, exchange(0))
    #expect(transfer.md5 == "d41d8cd98f00b204e9800998ecf8427e")
}

@Test func `draws coarser curves where many bodies come at once`() {
    var limits = MeterLimits()
    (limits.detailedBodies, limits.crowdedPoints) = (1, 8)
    var meters = BodyMeters(limits: limits)
    for number in 1...2 { meters.answer(number, exchange(0)) }
    let byte: [UInt8] = [7]
    for step in 0..<100 {
        for number in 1...2 {
            meters.receive(number, byte.span.bytes, at: start.advanced(by: .seconds(step)))
        }
    }
    let samples = (1...2).map { meters.end($0, exchange(100)).samples }
    #expect(samples[0].count == 100 && samples[1].count < 8)
    #expect(samples.allSatisfy { $0.first?.bytes == 1 && $0.last?.bytes == 100 })
}
