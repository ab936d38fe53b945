// Packets made together, in one buffer that is used again.

/// Frames in the order they go over the wire; holds one step of one device, never a capture.
struct PacketBatch {
    /// The frames, one behind the other.
    private(set) var bytes: [UInt8] = []
    /// Where each frame lies in ``bytes``.
    private(set) var frames: [Range<Int>] = []

    /// Appends one frame, whose bytes `write` appends.
    mutating func append(_ write: (inout [UInt8]) -> Void) {
        let start = bytes.count
        write(&bytes)
        frames.append(start..<bytes.count)
    }

    /// Empties the batch and keeps its memory.
    mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        frames.removeAll(keepingCapacity: true)
    }
}
