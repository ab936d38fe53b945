// Whether a connection that was asked for came about. RFC 9293 §3.5.

import Traffic

/// Counts the SYNs of a connection until anything else happens to it: three bytes, no heap.
struct OpeningWatch: Sendable {
    /// Nobody asks again so soon (RFC 6298 §2.1 has a second); what does is one packet that was seen twice.
    static let leastPause: Int64 = 200_000_000

    /// SYNs without acknowledgment so far, at most 255.
    private(set) var synCount: UInt8 = 0
    /// Whether the answer was a reset.
    private var isRefused = false
    /// Whether the connection came about, was not seen from its SYN on, or was told of.
    private var isOver = false

    /// Why the connection did not come about, as it stands; `nil` when it did, or too little was seen to say.
    ///
    /// A single SYN without an answer says nothing: the answer may have come after the capture.
    var cause: UnreachedServer.Cause? {
        guard !isOver, synCount > 0 else { return nil }
        if isRefused { return .refused }
        return synCount > 1 ? .unanswered : nil
    }

    /// Takes note of a segment.
    ///
    /// - Parameters:
    ///   - segment: The segment.
    ///   - isOpeners: Whether it comes from the side that sent the first SYN.
    ///   - asked: The sequence number of that side's SYN.
    mutating func note(_ segment: TCPSegment, isOpeners: Bool, asked: UInt32?) {
        guard !isOver else { return }
        if segment.isSYN, segment.acknowledgment == nil, isOpeners {
            if synCount < .max { synCount += 1 }
        } else if segment.isRST, !isOpeners, let asked, segment.acknowledgment == asked &+ 1 {
            // Only a reset that acknowledges the SYN answers it (RFC 9293 §3.10.7.3).
            isRefused = true
        } else {
            isOver = true
        }
    }

    /// Says why the connection did not come about, once.
    mutating func takeCause() -> UnreachedServer.Cause? {
        defer { isOver = isOver || cause != nil }
        return cause
    }
}
