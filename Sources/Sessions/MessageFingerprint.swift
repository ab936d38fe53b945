// Tells equal messages without keeping them.

import Dialects

/// Topic and payload of a message as 64 bits of keyed hash and a length.
///
/// The hash is keyed per process, so nobody can publish two messages that are taken for one; it is compared within
/// one device or within seconds only.
public struct MessageFingerprint: Hashable, Sendable {
    private var hash: UInt64
    /// Of the longest MQTT message it is less than 2^29.
    private let byteCount: UInt32

    /// Fingerprints a message.
    /// - Complexity: O(bytes).
    public init(topic: RawSpan, payload: RawSpan) {
        // The topic's hash is turned, so that topic and payload are not interchangeable.
        let turned = KeyedHash.ofProcess(topic).multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
        hash = turned.high ^ turned.low ^ KeyedHash.ofProcess(payload)
        byteCount = UInt32(truncatingIfNeeded: topic.byteCount &+ payload.byteCount)
    }

    /// The fingerprint of one of several events of the message: of the first it is the message's own.
    func ofEvent(number: Int) -> MessageFingerprint {
        var print = self
        print.hash ^= UInt64(truncatingIfNeeded: number) &* 0x9E37_79B9_7F4A_7C15
        return print
    }

    /// Bits that differ between messages, for tables.
    var bits: Int { Int(truncatingIfNeeded: hash) }

    /// Mixed already: hashing it again would only cost time.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(hash)
    }
}
