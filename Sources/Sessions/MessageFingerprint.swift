// Tells equal messages without keeping them.

/// Topic and payload of a message as 128 bits of keyed hash and a length.
///
/// The hash is keyed per process, so nobody can publish two messages that are taken for one.
struct MessageFingerprint: Hashable, Sendable {
    private let first: Int
    private let second: Int
    private let byteCount: Int

    init(topic: [UInt8], payload: [UInt8]) {
        first = Self.hash(salt: 1, topic, payload)
        second = Self.hash(salt: 2, topic, payload)
        byteCount = topic.count &+ payload.count
    }

    private static func hash(salt: UInt8, _ topic: [UInt8], _ payload: [UInt8]) -> Int {
        var hasher = Hasher()
        hasher.combine(salt)
        hasher.combine(topic)
        hasher.combine(payload)
        return hasher.finalize()
    }
}
