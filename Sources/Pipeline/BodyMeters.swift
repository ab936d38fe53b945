// Measures the bodies of all exchanges of one source, and joins those that are parts of one file.

import Digests
import Traffic

/// The meters of the exchanges under way.
struct BodyMeters: Sendable {
    private var meters: [Int: BodyMeter] = [:]
    private var assembler = DownloadAssembler()

    /// Meters of nothing.
    init() {}

    /// Answers that could not be joined.
    var counts: DownloadAssembler.Counts { assembler.counts }

    /// Begins to measure an exchange.
    mutating func begin(_ number: Int) { meters[number] = BodyMeter() }

    /// Takes the head of the response.
    mutating func answer(_ number: Int, _ exchange: Exchange) {
        guard meters[number] != nil else { return }
        meters[number]?.answer(exchange)
        let meters = meters
        assembler.answered(number, exchange) { meters[$0]?.digests }
    }

    /// Adds the next piece of a body.
    mutating func receive(_ number: Int, _ bytes: RawSpan, at timestamp: Timestamp) {
        meters[number]?.receive(bytes, at: timestamp)
        assembler.receive(number, bytes)
    }

    /// Notes that bytes of a body are missing.
    mutating func miss(_ number: Int, _ count: Int64) {
        meters[number]?.miss()
        assembler.miss(number, count)
    }

    /// The transfer that an exchange turned out to be; `nil` when it was not measured.
    mutating func end(_ number: Int, _ exchange: Exchange) -> Transfer? {
        guard let meter = meters.removeValue(forKey: number) else { return nil }
        var transfer = meter.transfer(exchange, evidence: .wire)
        transfer.assembly = assembler.ended(number, exchange, digests: meter.digests)
        return transfer
    }
}
