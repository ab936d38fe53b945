// Stretches of time in which nothing was heard of a session. dialects.md §5.6.

import Dialects
import Traffic

/// A silence longer than the stall window, after which the session went on.
struct Silence: Hashable {
    var start: Timestamp
    var length: Duration

    /// The silences of a session, in order.
    static func all(in evidence: SessionEvidence, of session: Session) -> [Silence] {
        let window = evidence.rules.timers.stall
        guard session.lastSeenAt.duration(since: session.firstSeenAt) > window else { return [] }
        var times: [Timestamp] = []
        times.reserveCapacity(evidence.pieces.count)
        for piece in evidence.pieces
        where !piece.isAfterEnd && evidence.messages[piece.handle].kind.isActivity {
            times.append(evidence.messages[piece.handle].at)
        }
        for transfer in evidence.transfers { times += lifeSigns(of: transfer.transfer) }
        times.sort()
        let spans = evidence.transfers.filter { BodySilence.resolution(of: $0.transfer) > window }.map(\.span)
        return zip(times, times.dropFirst()).compactMap { start, end in
            let length = end.duration(since: start)
            // A thinned curve tells nothing between its points.
            let isBlind = spans.contains { $0.start <= start && end <= $0.end }
            let isUnseen = length > window && evidence.isBlind(from: start, to: end)
            return length > window && !isBlind && !isUnseen ? Silence(start: start, length: length) : nil
        }
    }

    private static func lifeSigns(of transfer: Transfer) -> [Timestamp] {
        let exchange = transfer.exchange
        let origin = exchange.respondedAt ?? exchange.requestedAt
        return [exchange.requestedAt, origin, exchange.endedAt]
            + transfer.samples.map { origin.advanced(by: $0.offset) }
    }
}
