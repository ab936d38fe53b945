// dialects.md §7, 17.

import Dialects
import Traffic

/// Nothing was heard of the session for longer than the stall window, then it went on.
enum StallGap: AnomalyFinder {
    private struct Gap {
        var start: Timestamp
        var length: Duration
    }

    static func anomalies(in findings: Findings) -> [Anomaly] {
        let found = gaps(in: findings)
        guard let longest = found.max(by: { $0.length < $1.length }) else { return [] }
        let total = found.reduce(Duration.zero) { $0 + $1.length }
        let text =
            found.count == 1
            ? "silence of \(longest.length.shown)"
            : "\(found.count) silences of \(total.shown) together, the longest \(longest.length.shown)"
        return [Anomaly(code: .stallGap, severity: .warning, at: longest.start, text: text)]
    }

    private static func gaps(in findings: Findings) -> [Gap] {
        let evidence = findings.evidence
        let window = evidence.rules.timers.stall
        var times: [Timestamp] = []
        times.reserveCapacity(evidence.pieces.count)
        for piece in evidence.pieces where !piece.isAfterEnd && evidence[piece].kind.isActivity {
            times.append(evidence[piece].at)
        }
        for transfer in evidence.transfers { times += lifeSigns(of: transfer.transfer) }
        times.sort()
        let spans = evidence.transfers.filter { BodySilence.resolution(of: $0.transfer) > window }.map(\.span)
        return zip(times, times.dropFirst()).compactMap { start, end in
            let length = end.duration(since: start)
            // A thinned curve tells nothing between its points.
            let isBlind = spans.contains { $0.start <= start && end <= $0.end }
            return length > window && !isBlind ? Gap(start: start, length: length) : nil
        }
    }

    private static func lifeSigns(of transfer: Transfer) -> [Timestamp] {
        let exchange = transfer.exchange
        let origin = exchange.respondedAt ?? exchange.requestedAt
        return [exchange.requestedAt, origin, exchange.endedAt]
            + transfer.samples.map { origin.advanced(by: $0.offset) }
    }
}
