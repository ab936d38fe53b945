// One TCP connection: segments in, ordered bytes of both directions to what it carries. RFC 9293 §3.

import Traffic

/// Follows one TCP connection from its SYN, or from midway, to its end.
struct TCPConnection: ~Copyable, Sendable {
    /// What a connection is worth when not all can be followed.
    enum Standing: Sendable {
        /// Asked for but without content so far, or over.
        case opening
        /// Its content is not read, or not recognised so far.
        case unread
        case http
        case mqtt
    }

    /// Number of the connection in the decoder, from 1.
    private let serial: Int
    /// When its last packet was captured.
    private(set) var lastAt: Timestamp
    /// Since when a hole of it is being looked after.
    var watchedAt = Timestamp(nanoseconds: 0)
    /// Whether it is over; what still arrives is a late copy.
    private(set) var isClosed = false
    private var streams = Pair(StreamAssembler())
    private var synSequences = Pair<UInt32?>(nil)
    /// Whether it came about.
    var opening = OpeningWatch()
    private var application = Application()
    /// Who opened it, and when.
    private(set) var scene: Application.Scene

    /// The two ends.
    var key: FlowKey { scene.key }
    /// Memory held.
    var cost: Int { streams[.low].cost + streams[.high].cost + application.cost }
    /// Whether bytes wait behind a hole.
    var isStalled: Bool { streams[.low].stalledSince != nil || streams[.high].stalledSince != nil }
    /// What it is worth.
    var standing: Standing {
        if isClosed { return .opening }
        if application.isMQTT { return .mqtt }
        if application.isHTTP { return .http }
        return streams[.low].isUntouched && streams[.high].isUntouched ? .opening : .unread
    }

    /// A connection whose first packet was captured at `timestamp`.
    init(key: FlowKey, serial: Int, at timestamp: Timestamp) {
        self.serial = serial
        self.lastAt = timestamp
        self.scene = Application.Scene(key: key, openedAt: timestamp)
    }

    /// Whether nothing was received from a side.
    func isSilent(_ side: Side) -> Bool { synSequences[side] == nil && !streams[side].isAnchored }

    /// Whether a segment opens a new connection on the same ports.
    ///
    /// A SYN does, unless it repeats the one that was seen or precedes the bytes that were (packets out of order).
    func isReplaced(by segment: TCPSegment, from side: Side) -> Bool {
        guard segment.isSYN, !segment.isRST else { return false }
        if synSequences[side] == segment.sequence || streams[side].starts(at: segment.sequence &+ 1) {
            return false
        }
        if isClosed { return true }
        // The answer to a SYN that was just seen, or a SYN that was sent anew with another number.
        return !streams[side].isUntouched
            || (segment.acknowledgment == nil && !streams[side.other].isUntouched)
    }

    /// Whether these bytes hold the next one of a direction that was read up to there, without a hole.
    func awaits(_ sequence: UInt32, count: Int, from side: Side) -> Bool {
        !isClosed && !application.isIgnored && streams[side].awaits(sequence, count: count)
    }

    /// Takes one segment and hands on what becomes readable.
    mutating func receive(
        _ segment: TCPSegment,
        in bytes: RawSpan,
        from side: Side,
        at timestamp: Timestamp,
        ledger: inout Ledger,
        into sink: inout some WireSink
    ) {
        lastAt = timestamp
        guard !isClosed else { return }
        if segment.isSYN { open(segment, from: side) }
        opening.note(segment, isOpeners: side == scene.clientSide, asked: synSequences[side.other])
        if let acknowledgment = segment.acknowledgment { streams[side.other].acknowledge(acknowledgment) }
        if segment.isRST {
            guard streams[side].isPlausible(segment.sequence) else { return }
            return close(.reset, at: timestamp, ledger: &ledger, into: &sink)
        }
        let hasContent = !segment.payload.isEmpty && !application.isIgnored
        guard hasContent || segment.isFIN else { return }
        let sequence = segment.isSYN ? segment.sequence &+ 1 : segment.sequence
        if hasContent {
            // What this side says may answer what waits behind a hole of the other one.
            if streams[side.other].stalledSince != nil {
                giveUpOldHoles(of: side.other, timestamp, &ledger, &sink)
            }
            place(bytes.extracting(segment.payload), sequence, side, timestamp, &ledger, &sink)
        }
        if segment.isFIN {
            placeEnd(sequence &+ UInt32(truncatingIfNeeded: segment.payloadLength), side, timestamp)
        }
        drain(side, timestamp, &ledger, &sink)
        keepWithinBounds(side, timestamp, &ledger, &sink)
    }

    /// Gives up the holes that have been open for too long.
    mutating func giveUpOldHoles(
        at now: Timestamp,
        ledger: inout Ledger,
        into sink: inout some WireSink
    ) {
        for side in sidesInOrder { giveUpOldHoles(of: side, now, &ledger, &sink) }
    }

    /// Ends the connection: what waits behind holes is handed on, then everything open ends.
    mutating func close(
        _ end: Connection.End,
        at timestamp: Timestamp,
        ledger: inout Ledger,
        into sink: inout some WireSink
    ) {
        guard !isClosed else { return }
        for side in sidesInOrder {
            ledger.losses.straySegments += Int64(streams[side].dropStrays())
            while !isClosed, giveUpHole(side, timestamp, &ledger, &sink) {}
        }
        guard !isClosed else { return }
        tellOfOpening(&ledger, &sink)
        let hasSeenEnd = streams[.low].hasEnded || streams[.high].hasEnded
        finish(hasSeenEnd && end != .reset ? .closed : end, at: lastAt, &sink)
    }

    /// Gives up everything that is held for later; what is dropped of unfinished packets counts as a gap.
    mutating func releaseMemory(ledger: inout Ledger, into sink: inout some WireSink) {
        for side in sidesInOrder {
            while !isClosed, giveUpHole(side, lastAt, &ledger, &sink) {}
            application.releaseMemory(of: side, ledger: &ledger)
        }
    }

    /// Drops all that the connection held, when its slot becomes free.
    mutating func forget() {
        streams = Pair(StreamAssembler())
        application = Application()
        isClosed = true
    }

    /// The client's side first, so that requests come before responses.
    ///
    /// Where no SYN was seen the client is taken to have the higher port.
    private var sidesInOrder: [Side] { scene.clientSide == .low ? [.low, .high] : [.high, .low] }

    // MARK: - Segments

    private mutating func open(_ segment: TCPSegment, from side: Side) {
        if scene.clientSide == nil {
            scene.clientSide = segment.acknowledgment == nil ? side : side.other
        }
        synSequences[side] = segment.sequence
        if streams[side].isUntouched { streams[side].start(at: segment.sequence &+ 1) }
        // The answer tells where the other direction began, should its SYN be missing.
        if let acknowledgment = segment.acknowledgment, !streams[side.other].isAnchored {
            streams[side.other].start(at: acknowledgment)
        }
    }

    private mutating func place(
        _ payload: RawSpan,
        _ sequence: UInt32,
        _ side: Side,
        _ timestamp: Timestamp,
        _ ledger: inout Ledger,
        _ sink: inout some WireSink
    ) {
        let isStart = isStart(of: side)
        let placement = streams[side].place(payload, sequence: sequence, at: timestamp)
        if placement.hasConflict || contradicts(payload, placement, side, ledger) {
            ledger.losses.conflictingRetransmissions += 1
        }
        guard !placement.ready.isEmpty else { return }
        let ready = payload.extracting(placement.ready)
        let offset = placement.offset + Int64(placement.ready.lowerBound)
        ledger.delivered.note(ready, at: offset, of: stream(side))
        let arrival = Application.Arrival(side: side, at: timestamp, isStreamStart: isStart)
        application.deliver(ready, arrival, scene: scene, ledger: &ledger, into: &sink)
    }

    /// Whether a segment repeats with other content what was handed on before.
    private func contradicts(
        _ payload: RawSpan,
        _ placement: StreamAssembler.Placement,
        _ side: Side,
        _ ledger: borrowing Ledger
    ) -> Bool {
        guard placement.repeatedCount > 0 else { return false }
        return ledger.delivered.contradict(
            payload.extracting(0..<placement.repeatedCount),
            at: placement.offset,
            of: stream(side)
        )
    }

    private mutating func placeEnd(_ sequence: UInt32, _ side: Side, _ timestamp: Timestamp) {
        // Where nobody reads, nothing is missing before the end.
        if application.isIgnored { streams[side].skip(to: sequence) }
        streams[side].placeEnd(sequence: sequence, at: timestamp)
    }

    private func isStart(of side: Side) -> Bool { streams[side].offset == 0 && scene.clientSide != nil }

    /// Number of a direction, unique in the decoder.
    private func stream(_ side: Side) -> Int { serial * 2 + Int(side.rawValue) }

    private mutating func drain(
        _ side: Side,
        _ timestamp: Timestamp,
        _ ledger: inout Ledger,
        _ sink: inout some WireSink
    ) {
        while true {
            let isStart = isStart(of: side)
            guard let delivery = streams[side].next() else { break }
            switch delivery {
            case .bytes(let bytes, let offset, let at):
                ledger.delivered.note(bytes.rawSpan, at: offset, of: stream(side))
                let arrival = Application.Arrival(side: side, at: at, isStreamStart: isStart)
                application.deliver(bytes.rawSpan, arrival, scene: scene, ledger: &ledger, into: &sink)
            case .end:
                application.endDirection(side, into: &sink)
                if streams[side.other].hasEnded { finish(.closed, at: timestamp, &sink) }
            }
        }
        if application.isIgnored, streams[side].cost > 0 { streams[side].clear() }
    }

    // MARK: - Holes

    private mutating func keepWithinBounds(
        _ side: Side,
        _ timestamp: Timestamp,
        _ ledger: inout Ledger,
        _ sink: inout some WireSink
    ) {
        while streams[side].cost > ledger.limits.bytesPerDirection
            || streams[side].pieceCount > StreamAssembler.pieceLimit
        {
            guard giveUpHole(side, timestamp, &ledger, &sink) else { break }
        }
    }

    private mutating func giveUpOldHoles(
        of side: Side,
        _ now: Timestamp,
        _ ledger: inout Ledger,
        _ sink: inout some WireSink
    ) {
        while let since = streams[side].stalledSince, !isClosed {
            let waited = now.nanoseconds(since: since)
            guard waited >= 0 else { return streams[side].waitAnew(from: now) }
            let bothEnded = streams[.low].hasSeenEnd && streams[.high].hasSeenEnd
            let isKnownLost = streams[side].isHoleAcknowledged || bothEnded
            guard waited >= (isKnownLost ? ledger.shortPatience : ledger.patience) else { return }
            guard giveUpHole(side, now, &ledger, &sink) else { return }
        }
    }

    private mutating func giveUpHole(
        _ side: Side,
        _ timestamp: Timestamp,
        _ ledger: inout Ledger,
        _ sink: inout some WireSink
    ) -> Bool {
        guard let size = streams[side].giveUpHole() else { return false }
        let arrival = Application.Arrival(side: side, at: timestamp, isStreamStart: false)
        application.undelivered(size, arrival, ledger: &ledger, into: &sink)
        drain(side, timestamp, &ledger, &sink)
        return true
    }

    private mutating func finish(_ end: Connection.End, at timestamp: Timestamp, _ sink: inout some WireSink)
    {
        isClosed = true
        application.close(end, at: timestamp, into: &sink)
        streams[.low].clear()
        streams[.high].clear()
    }
}
