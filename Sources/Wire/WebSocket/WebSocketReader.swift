// One direction of a WebSocket connection: frames in, message bytes out. RFC 6455 §5.

/// Follows the frames of one direction; payload is pointed at, never held.
struct WebSocketReader: Sendable {
    /// What the next bytes are.
    enum Step: Hashable, Sendable {
        /// Bytes of data messages in the chunk, and the mask over them.
        case bytes(Range<Int>, mask: WebSocketMask?)
        /// A message begins that is compressed, or text: its bytes are stepped over.
        case unreadable
        /// No frame can begin here; nothing more is read until the reader is in step again.
        case broken
        /// The chunk is used up.
        case needsMore
    }

    private enum State: Hashable, Sendable {
        case head
        case data(Int64, mask: WebSocketMask?)
        case skipped(Int64)
        case lost
        /// Nothing follows a close frame (§5.5.1).
        case closed
    }

    private var state = State.head
    private var head: [UInt8] = []
    /// Whether frames that continue a message belong to a compressed one.
    private var isCompressed = false

    /// Memory held.
    var cost: Int { head.count }
    /// Whether the place of the next byte in a frame is unknown.
    var isLost: Bool { state == .lost }

    /// Finds the next message bytes at `position` and moves behind them.
    mutating func next(in chunk: RawSpan, at position: inout Int) -> Step {
        while position < chunk.byteCount {
            switch state {
            case .data(let rest, let mask):
                let range = take(rest, of: chunk, at: &position)
                let left = rest - Int64(range.count)
                state = left == 0 ? .head : .data(left, mask: mask?.advanced(by: Int64(range.count)))
                return .bytes(range, mask: mask)
            case .skipped(let rest):
                let left = rest - Int64(take(rest, of: chunk, at: &position).count)
                state = left == 0 ? .head : .skipped(left)
            case .lost, .closed: position = chunk.byteCount
            case .head:
                if let step = readHead(chunk, at: &position) { return step }
            }
        }
        return .needsMore
    }

    /// Steps over bytes that were never captured.
    ///
    /// - Returns: How many of them were message bytes; `nil` when the reader is lost behind them.
    mutating func skipGap(of count: Int64) -> Int64? {
        switch state {
        case .data(let rest, let mask) where count <= rest:
            state = count == rest ? .head : .data(rest - count, mask: mask?.advanced(by: count))
            return count
        case .skipped(let rest) where count <= rest:
            state = count == rest ? .head : .skipped(rest - count)
            return 0
        case .closed: return 0
        default:
            lose()
            return nil
        }
    }

    /// Loses the place in the stream.
    mutating func lose() {
        state = .lost
        head.removeAll(keepingCapacity: true)
    }

    /// Says that the bytes that follow begin a frame.
    mutating func resume() {
        state = .head
        isCompressed = false
    }

    /// Reads a head, put together where it is split; `nil` when there is nothing to tell yet.
    private mutating func readHead(_ chunk: RawSpan, at position: inout Int) -> Step? {
        do throws(WireError) {
            if head.isEmpty, let header = try WebSocketHeader.read(chunk, at: position) {
                position += header.length
                return begin(header)
            }
            head.append(chunk.byte(at: position))
            position += 1
            guard let header = try WebSocketHeader.read(head.rawSpan, at: 0) else { return nil }
            head.removeAll(keepingCapacity: true)
            return begin(header)
        } catch {
            lose()
            position = chunk.byteCount
            return .broken
        }
    }

    private mutating func begin(_ header: WebSocketHeader) -> Step? {
        let count = header.payloadLength
        if header.opcode.isControl {
            state = header.opcode == .close ? .closed : count == 0 ? .head : .skipped(count)
            return nil
        }
        let isFirst = header.opcode != .continuation
        if isFirst { isCompressed = header.isCompressed }
        // MQTT's messages are binary (MQTT-6.0.0-1); text is stepped over like what is compressed.
        let isRead = !isCompressed && header.opcode != .text
        state =
            count == 0
            ? .head : isRead ? .data(count, mask: header.mask.map(WebSocketMask.init)) : .skipped(count)
        return isFirst && !isRead ? .unreadable : nil
    }

    private func take(_ limit: Int64, of chunk: RawSpan, at position: inout Int) -> Range<Int> {
        let count = Int(min(limit, Int64(chunk.byteCount - position)))
        position += count
        return position - count..<position
    }
}
