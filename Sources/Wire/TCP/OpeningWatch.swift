// Whether a connection that was asked for came about. RFC 9293 §3.5.

import Traffic

/// Counts the SYNs of a connection until anything else happens to it: three bytes, no heap.
struct OpeningWatch: Sendable {
    /// SYNs without acknowledgment so far, at most 255.
    private(set) var synCount: UInt8 = 0
    /// Whether the answer was a reset.
    private(set) var isRefused = false
    /// Whether the connection came about, or was not seen from its SYN on.
    private var isOver = false

    /// How the attempt stands; `nil` when the connection came about, or too little was seen to say.
    ///
    /// A single SYN without an answer says nothing: the answer may have come after the capture.
    var outcome: ConnectionAttempt.Outcome? {
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
}
