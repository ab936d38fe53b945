// One direction of an HTTP/1 connection: heads and bodies in turn. RFC 9112 §2.

import Traffic

/// Cuts one direction into message heads and bodies.
///
/// After each head its owner says with `beginBody` how the body is framed, since only the request tells whether a
/// response has one.
struct HTTPReader: Sendable {
    /// What was found.
    enum Step {
        /// A whole head, and when its first byte was captured.
        case head(HTTPHead, at: Timestamp)
        /// Body bytes in the chunk.
        case body(Range<Int>)
        /// The message is over.
        case ended
        /// The chunk is used up.
        case needsMore
        /// Not HTTP/1; nothing more is read until the reader is in step again.
        case broken
    }

    /// What the direction carries.
    enum Kind: Sendable {
        case requests, responses

        /// Whether a message may begin here; it may where too little has come to tell.
        func canBegin(_ bytes: RawSpan, at position: Int) -> Bool {
            let rest = bytes.extracting(position..<min(bytes.byteCount, position + HTTPRecognition.reach))
            return self == .requests
                ? HTTPRecognition.maybeRequest(rest) : HTTPRecognition.maybeResponse(rest)
        }
    }

    private enum State: Sendable {
        case head
        case body(HTTPBody)
        case lost
        case stopped
    }

    private let kind: Kind
    private var state = State.head
    private var head: [UInt8] = []
    private var headAt = Timestamp(nanoseconds: 0)
    private var isLineEmpty = false

    /// A direction that begins with a message, as far as is known.
    init(_ kind: Kind) { self.kind = kind }

    /// Memory held.
    var cost: Int { head.count }
    /// Whether the place of the next byte in a message is unknown.
    var isLost: Bool {
        if case .lost = state { true } else { false }
    }
    /// Whether nothing more of this direction is read.
    var isStopped: Bool {
        if case .stopped = state { true } else { false }
    }
    /// Whether the message being read is complete when the stream ends here.
    var endsWithClose: Bool {
        if case .body(let body) = state { body.endsWithClose } else { false }
    }

    /// Finds the next head or body bytes at `position` and moves behind them.
    mutating func next(
        in chunk: RawSpan,
        at position: inout Int,
        now: Timestamp,
        ledger: inout Ledger
    ) -> Step {
        switch state {
        case .head: return readHead(chunk, at: &position, now: now, &ledger)
        case .lost, .stopped:
            position = chunk.byteCount
            return .needsMore
        case .body(var body):
            let step = body.next(in: chunk, at: &position)
            state = .body(body)
            switch step {
            case .bytes(let range): return .body(range)
            case .needsMore: return .needsMore
            case .ended:
                state = .head
                return .ended
            case .broken:
                state = .lost
                return .broken
            }
        }
    }

    /// Says what follows the head that was just read.
    mutating func beginBody(_ body: HTTPBody) { state = .body(body) }

    /// Reads nothing more.
    mutating func stop() {
        state = .stopped
        head = []
    }

    /// Says that the bytes that follow begin a message.
    mutating func resume() {
        state = .head
        head.removeAll(keepingCapacity: true)
    }

    /// Loses the place in the stream.
    mutating func lose() {
        state = .lost
        head = []
    }

    /// Steps over bytes that were never captured.
    ///
    /// - Returns: How many of them belonged to the body, and whether what follows is still understood.
    mutating func skipGap(of count: Int64) -> (missing: Int64, isInStep: Bool) {
        switch state {
        case .body(var body):
            let result = body.skipGap(of: count)
            state = .body(body)
            return result
        case .stopped: return (0, true)
        case .head, .lost: return (0, false)
        }
    }

    /// Collects a head up to its empty line; empty lines before it are stepped over (RFC 9112 §2.2).
    private mutating func readHead(
        _ chunk: RawSpan,
        at position: inout Int,
        now: Timestamp,
        _ ledger: inout Ledger
    ) -> Step {
        let limit = ledger.limits.headBytes
        while position < chunk.byteCount {
            if head.isEmpty {
                let byte = chunk.byte(at: position)
                if byte == UInt8(ascii: "\r") || byte == UInt8(ascii: "\n") {
                    position += 1
                    continue
                }
                guard kind.canBegin(chunk, at: position) else { return giveUp() }
                headAt = now
                isLineEmpty = false
            }
            let end = chunk.first(UInt8(ascii: "\n"), in: position..<chunk.byteCount)
            let piece = position..<(end ?? chunk.byteCount)
            position = end.map { $0 + 1 } ?? chunk.byteCount
            guard head.count + position - piece.lowerBound <= limit else {
                ledger.losses.oversizedPackets += 1
                return giveUp()
            }
            let isJudged = head.isEmpty || head.count >= HTTPRecognition.reach
            head.append(chunk.extracting(piece.lowerBound..<position))
            // Its first bytes came in an earlier chunk, and were too few to tell.
            if !isJudged, !kind.canBegin(head.rawSpan, at: 0) { return giveUp() }
            isLineEmpty = isLineEmpty && chunk.isReturns(in: piece)
            guard end != nil else { continue }
            if isLineEmpty { return finishHead() }
            isLineEmpty = true
        }
        return .needsMore
    }

    private mutating func giveUp() -> Step {
        lose()
        return .broken
    }

    private mutating func finishHead() -> Step {
        defer { head.removeAll(keepingCapacity: true) }
        guard let read = HTTPHead.read(head.rawSpan) else {
            state = .lost
            return .broken
        }
        return .head(read, at: headAt)
    }
}

extension RawSpan {
    /// Whether a range holds carriage returns only, or nothing.
    fileprivate func isReturns(in range: Range<Int>) -> Bool {
        for index in range where byte(at: index) != UInt8(ascii: "\r") { return false }
        return true
    }
}
