// Measures the bodies of all exchanges of one source, and joins those that are parts of one file.

import Digests
import Traffic

/// The meters of the bodies under way, within bounds.
///
/// A meter is made when its answer begins: a request that nobody answers costs nothing here.
struct BodyMeters: Sendable {
    private let limits: MeterLimits
    private var meters: [Int: BodyMeter] = [:]
    private var assembler: DownloadAssembler
    private var refused: Int64 = 0

    /// Meters of nothing; so many numbers of files put together are taken.
    init(limits: MeterLimits = MeterLimits(), assembliesBefore: Int = 0) {
        self.limits = limits
        assembler = DownloadAssembler(numbersTaken: assembliesBefore)
    }

    /// Bodies being measured.
    var count: Int { meters.count }
    /// Answers that could not be joined.
    var counts: DownloadAssembler.Counts { assembler.counts }
    /// What was not measured to stay within bounds.
    var losses: Losses {
        var losses = Losses()
        losses.unmeasuredBodies = refused + Int64(assembler.counts.refused)
        return losses
    }

    /// Takes the head of the response and begins to measure what follows.
    mutating func answer(_ number: Int, _ exchange: Exchange) {
        guard meters.count < limits.bodies else {
            refused += 1
            return
        }
        let isCrowded = meters.count >= limits.detailedBodies
        meters[number] = BodyMeter(of: exchange, points: isCrowded ? limits.crowdedPoints : RateCurve.limit)
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

    /// The transfer that an exchange turned out to be; without digests when its body was not measured.
    mutating func end(_ number: Int, _ exchange: Exchange) -> Transfer {
        guard let meter = meters.removeValue(forKey: number) else {
            // Of no bytes the digests are known without having looked.
            return exchange.bodyBytes == 0
                ? BodyMeter(of: exchange).transfer(exchange, evidence: .wire)
                : Transfer(exchange: exchange, evidence: .wire)
        }
        var transfer = meter.transfer(exchange, evidence: .wire)
        transfer.assembly = assembler.ended(number, exchange, digests: meter.digests)
        return transfer
    }
}
