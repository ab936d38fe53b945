// Rate curves stay bounded; network curves play back what was measured.

import Testing
import Traffic

@Test func `keeps first and last point and stays within its limit`() throws {
    var curve = RateCurve()
    let start = Timestamp(seconds: 1_000)
    for index in 0..<100_000 {
        curve.receive(byteCount: 10, at: start.advanced(by: .microseconds(index * 37)))
    }
    let samples = curve.samples
    #expect(samples.count < RateCurve.limit)
    #expect(samples.count > RateCurve.limit / 8)
    #expect(samples.first == Transfer.Sample(offset: .zero, bytes: 10))
    #expect(samples.last == Transfer.Sample(offset: .microseconds(99_999 * 37), bytes: 1_000_000))
    #expect(zip(samples, samples.dropFirst()).allSatisfy { $0.bytes < $1.bytes && $0.offset < $1.offset })
}

@Test func `keeps to a smaller limit where one is given`() {
    var curve = RateCurve(limit: 16)
    for index in 0..<1_000 {
        curve.receive(byteCount: 1, at: Timestamp(seconds: Int64(index)))
        #expect(curve.samples.count < 16)
    }
    #expect(curve.samples.first?.bytes == 1 && curve.samples.last?.bytes == 1_000)
}

@Test func `spaces a constant rate evenly and ends at the last byte`() {
    let curve = NetworkCurve.constant(bytesPerSecond: 100_000, byteCount: 5_000, step: .milliseconds(20))
    #expect(curve.points.map(\.bytes) == [2_000, 4_000, 5_000])
    #expect(curve.due(forBytes: 1) == .milliseconds(20))
    #expect(curve.due(forBytes: 2_001) == .milliseconds(40))
    #expect(curve.due(forBytes: 9_999) == .milliseconds(60))
}

@Test func `reads delay, status and cut off a measured transfer`() throws {
    let end = Endpoint(address: IPAddress(ipv4: 0x7F00_0001), port: 80)
    var exchange = Exchange(
        client: end,
        server: end,
        method: "GET",
        host: "h",
        target: "/f",
        requestedAt: Timestamp(seconds: 10)
    )
    exchange.status = 200
    exchange.respondedAt = Timestamp(seconds: 12)
    exchange.bodyBytes = 4_096
    exchange.contentLength = 8_192
    exchange.end = .reset
    let points = [Transfer.Sample(offset: .seconds(4), bytes: 4_096)]
    let curve = NetworkCurve(of: Transfer(exchange: exchange, evidence: .wire, samples: points))
    #expect(curve.headDelay == .seconds(2))
    #expect(curve.cutAfter == 4_096)
    #expect(curve.cut == .reset)
    let faster = curve.sped(up: 10)
    #expect(faster.headDelay == .milliseconds(200))
    #expect(faster.points == [Transfer.Sample(offset: .milliseconds(400), bytes: 4_096)])
    #expect(curve.sped(up: 0).points.isEmpty)
}
