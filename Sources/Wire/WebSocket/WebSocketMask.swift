// Takes the mask off a client's bytes. RFC 6455 §5.3.

/// A frame's mask, and how far into the frame the next byte is.
struct WebSocketMask: Hashable, Sendable {
    private let key: UInt32
    private var phase = 0

    /// The mask at its frame's first byte.
    init(_ key: UInt32) { self.key = key }

    /// The mask further on.
    func advanced(by count: Int64) -> WebSocketMask {
        var next = self
        next.phase = Int((Int64(phase) + count % 4) % 4)
        return next
    }

    /// Puts the bytes without their mask into a buffer, in place of what was there.
    func unmask(_ bytes: RawSpan, into buffer: inout [UInt8]) {
        buffer.removeAll(keepingCapacity: true)
        buffer.append(bytes)
        let turn = UInt32(8 * phase)
        let turned = turn == 0 ? key : key << turn | key >> (32 - turn)
        for index in buffer.indices {
            buffer[index] ^= UInt8(truncatingIfNeeded: turned >> UInt32(24 - 8 * (index & 3)))
        }
    }
}
