// Cuts one direction's bytes into control packets. MQTT 3.1.1 §2.2.

import Traffic

/// Finds the control packets in a stream that arrives in chunks.
///
/// A packet that lies in one chunk is never copied; only a split one is put together, within a bound. The framer
/// loses step at a length that cannot be one and at a gap that swallows a packet's head; it is in step again where
/// its owner recognises a packet at the start of a chunk.
struct MQTTFramer: Sendable {
    /// What the next bytes are.
    enum Frame: Hashable, Sendable {
        /// A packet that lies in the chunk.
        case whole(Range<Int>, MQTTFixedHeader)
        /// A packet put together from several chunks: `takeJoined` has it.
        case joined(MQTTFixedHeader)
        /// A header that cannot be one, in the chunk; nothing more is read until the framer is in step again.
        case malformed(Range<Int>)
        /// A header that cannot be one, put together from several chunks: `takeJoined` has its bytes.
        case malformedJoined
        /// A packet larger than the bound begins; its bytes are stepped over.
        case oversized
        /// The chunk is used up.
        case needsMore
    }

    /// Capacity that is kept for the next split packet.
    private static let keptCapacity = 64 << 10

    private var partial: [UInt8] = []
    private var skipping: Int64 = 0
    /// Whether the next byte is known to belong to a packet's frame.
    private(set) var isInStep = true

    /// Memory held, for the next packet too.
    var cost: Int { partial.capacity }
    /// Bytes held of a packet that is being put together.
    var partialCount: Int { partial.count }
    /// Whether the next byte begins a packet.
    var isAtBoundary: Bool { isInStep && partial.isEmpty && skipping == 0 }

    /// Finds the next packet at `position` and moves behind it.
    mutating func next(in chunk: RawSpan, at position: inout Int, limit: Int) -> Frame {
        guard isInStep else {
            position = chunk.byteCount
            return .needsMore
        }
        if skipping > 0 {
            let count = Int(min(skipping, Int64(chunk.byteCount - position)))
            skipping -= Int64(count)
            position += count
        }
        if position == chunk.byteCount { return .needsMore }
        return partial.isEmpty
            ? frame(in: chunk, at: &position, limit: limit) : join(chunk, at: &position, limit: limit)
    }

    /// Takes the packet that was put together; give it back with `reuse` for its memory.
    mutating func takeJoined() -> [UInt8] {
        var joined: [UInt8] = []
        swap(&joined, &partial)
        return joined
    }

    /// Keeps a packet's memory for the next one.
    mutating func reuse(_ buffer: consuming [UInt8]) {
        guard buffer.capacity <= Self.keptCapacity else { return }
        partial = buffer
        partial.removeAll(keepingCapacity: true)
    }

    /// Steps over bytes that were never captured; a packet whose length is known keeps the framer in step.
    mutating func skipGap(of count: Int64) {
        guard isInStep else { return }
        var rest = skipping
        if !partial.isEmpty {
            // Of a packet whose head is not whole nobody knows where it ends.
            let header = try? MQTTFixedHeader.read(partial.rawSpan, at: 0)
            rest = header.map { Int64($0.packetLength - partial.count) } ?? -1
            partial.removeAll(keepingCapacity: partial.capacity <= Self.keptCapacity)
        }
        skipping = max(0, rest - count)
        isInStep = rest >= count
    }

    /// Gives up the packet that is being put together, and all memory.
    mutating func release() {
        skipGap(of: 0)
        partial = []
    }

    /// Says whether the bytes that follow begin a packet.
    mutating func setInStep(_ isInStep: Bool) {
        self.isInStep = isInStep
        partial.removeAll(keepingCapacity: partial.capacity <= Self.keptCapacity)
        skipping = 0
    }

    /// The usual case: a packet begins at `position`.
    private mutating func frame(in chunk: RawSpan, at position: inout Int, limit: Int) -> Frame {
        let start = position
        // Type 0 is, whatever follows it (MQTT 3.1.1 §2.2.1).
        let isForbidden = chunk.byte(at: start) < 0x10
        do throws(WireError) {
            if let header = try MQTTFixedHeader.read(chunk, at: start) {
                if header.packetLength <= chunk.byteCount - start {
                    position = start + header.packetLength
                    return .whole(start..<position, header)
                }
                if header.packetLength > limit, !isForbidden { return skip(header, at: &position) }
            }
        } catch {
            isInStep = false
            position = chunk.byteCount
            return .malformed(start..<start + 5)
        }
        if isForbidden {
            isInStep = false
            position = chunk.byteCount
            return .malformed(start..<position)
        }
        partial.append(chunk.extracting(start..<chunk.byteCount))
        position = chunk.byteCount
        return .needsMore
    }

    /// A packet began in an earlier chunk.
    private mutating func join(_ chunk: RawSpan, at position: inout Int, limit: Int) -> Frame {
        do throws(WireError) {
            while position < chunk.byteCount {
                guard let header = try MQTTFixedHeader.read(partial.rawSpan, at: 0) else {
                    partial.append(chunk.byte(at: position))
                    position += 1
                    continue
                }
                if header.packetLength > limit { return skip(header, at: &position) }
                let count = min(header.packetLength - partial.count, chunk.byteCount - position)
                partial.append(chunk.extracting(position..<position + count))
                position += count
                if partial.count == header.packetLength { return .joined(header) }
            }
            // A packet of two bytes is whole with its header.
            if let header = try MQTTFixedHeader.read(partial.rawSpan, at: 0),
                header.packetLength == partial.count
            {
                return .joined(header)
            }
            return .needsMore
        } catch {
            isInStep = false
            position = chunk.byteCount
            return .malformedJoined
        }
    }

    private mutating func skip(_ header: MQTTFixedHeader, at position: inout Int) -> Frame {
        skipping = Int64(header.packetLength - partial.count)
        partial.removeAll(keepingCapacity: true)
        return .oversized
    }
}
