// Finds what the transport delivered again. dialects.md §5.5, second row.

import Dialects
import Traffic

/// The latest of equal messages of one device, where it was acknowledged: others are never redelivered.
struct RedeliveryWindow: Sendable {
    private struct Print {
        var handle: Int
        var at: Timestamp
    }

    private static let leastLimit = 64

    private var prints: [MessageFingerprint: Print] = [:]
    /// Prints held before those are forgotten that are too old.
    private var limit = leastLimit
    /// A bit for each print, so that nearly all messages without one need not be looked up.
    private var bits: UInt64 = 0

    /// Keeps the print of an acknowledged message, in place of an equal one before it.
    mutating func remember(_ evidence: MessageEvidence, _ handle: Int) {
        if evidence.isAcknowledged {
            if prints.count >= limit {
                forget(before: evidence.at.advanced(by: .zero - Partition.repeatWindow))
            }
            prints[evidence.fingerprint] = Print(handle: handle, at: evidence.at)
            bits |= Self.bit(of: evidence.fingerprint)
        } else if holds(evidence.fingerprint) {
            prints[evidence.fingerprint] = nil
        }
    }

    /// The handle of the message that this one may repeat; one that claims its time is known for longer.
    func original(of evidence: MessageEvidence, isTimed: Bool) -> Int? {
        guard evidence.isAcknowledged, let earlier = prints[evidence.fingerprint] else { return nil }
        let window = isTimed ? Partition.repeatWindow : CopyWindow.span
        return evidence.at.duration(since: earlier.at) <= window ? earlier.handle : nil
    }

    /// Whether there is a print of an equal message.
    func holds(_ fingerprint: MessageFingerprint) -> Bool {
        bits & Self.bit(of: fingerprint) != 0 && prints[fingerprint] != nil
    }

    /// Forgets prints too old for a redelivery, when there are many.
    private mutating func forget(before time: Timestamp) {
        prints = prints.filter { $0.value.at >= time }
        bits = prints.keys.reduce(0) { $0 | Self.bit(of: $1) }
        limit = max(Self.leastLimit, 2 * prints.count)
    }

    private static func bit(of fingerprint: MessageFingerprint) -> UInt64 {
        1 << UInt64(truncatingIfNeeded: fingerprint.bits >> 32 & 63)
    }
}
