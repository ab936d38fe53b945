// Packets in, control packets and exchanges out. design.md §2.

public import Traffic

/// Decodes captured packets: link → IP → TCP → MQTT and HTTP.
///
/// Feed it packets in capture order. It does no I/O and reads no clock; time is the packets' own. Memory is bounded by
/// its limits; bad bytes are counted, never fatal. Connections that speak something else are followed without being
/// kept, and no gaps are counted for them.
public struct WireDecoder: ~Copyable, Sendable {
    private var ledger: Ledger
    private var flows = FlowTable()
    private var fragments = FragmentTable()
    /// Connections with a hole, in the order in which they are to be looked at again.
    private var watches = SlotQueue()
    /// Connections that were asked for again, in the order in which it is to be said that nobody answered.
    private var openings = SlotQueue()
    private var serial = 0
    /// When the packet before was captured.
    private var previousAt = Timestamp(nanoseconds: .min)
    /// When silent connections were looked for last.
    private var idleCheckedAt = Timestamp(nanoseconds: .min)

    /// A decoder that has seen nothing.
    public init(limits: WireLimits = WireLimits()) {
        ledger = Ledger(limits: limits)
    }

    /// What was lost so far, of the kinds that show on the wire; the others stay zero.
    public var losses: Losses { ledger.losses }
    /// Bytes held by all connections together; never more than the limit's.
    package var heldBytes: Int { flows.cost }

    /// Reads one packet and hands on whatever it completes.
    ///
    /// - Parameters:
    ///   - bytes: The captured bytes, link header first.
    ///   - header: What the capture says about them.
    ///   - sink: Receives what was read.
    public mutating func receive(_ bytes: RawSpan, header: PacketHeader, into sink: inout some WireSink) {
        if header.originalLength > bytes.byteCount { ledger.losses.cutPackets += 1 }
        do throws(WireError) {
            try decode(bytes, header, &sink)
        } catch {
            ledger.losses.undecodablePackets += 1
        }
        if watches.count > 0 { lookAfterHoles(at: header.at, &sink) }
        if openings.count > 0 { lookAfterOpenings(at: header.at, &sink) }
        if ledger.lookups.isDue(at: header.at) { tellOfLookups(at: header.at, &sink) }
        // One packet from the future must not end all connections: two have to say so.
        let now = min(header.at, previousAt)
        previousAt = header.at
        let sinceCheck = now.nanoseconds(since: idleCheckedAt)
        // Often enough that nothing stays much longer than it may; and when the clock has jumped back.
        if sinceCheck >= ledger.idleNanoseconds / 256 || sinceCheck < 0 { evictSilent(at: now, &sink) }
    }

    /// Ends the capture: what waits behind holes is handed on, open exchanges and connections end.
    public mutating func finish(at timestamp: Timestamp, into sink: inout some WireSink) {
        while let slot = flows.any { end(slot, .open, at: timestamp, &sink) }
        for unreached in ledger.lookups.takeAll() { ledger.tell(of: unreached, into: &sink) }
        fragments.giveUpAll()
        ledger.losses.undecodablePackets += fragments.takeAbandoned()
    }

    /// Whether connections are being followed.
    public var isFollowingAny: Bool { flows.any != nil }

    /// Whether a segment holds the next byte of a connection that is being followed.
    func isAwaited(_ segment: TCPSegment, of key: FlowKey, from side: Side) -> Bool {
        guard let slot = flows.slot(of: key) else { return false }
        return flows[slot].awaits(segment.sequence, count: segment.payload.count, from: side)
    }

    // MARK: - Layers

    private mutating func decode(
        _ bytes: RawSpan,
        _ header: PacketHeader,
        _ sink: inout some WireSink
    ) throws(WireError) {
        guard let frame = try LinkFrame.read(bytes, link: header.linkType) else { return }
        var datagram = try Datagram.read(bytes, at: frame.offset, originalLength: header.originalLength)
        datagram.vlan = frame.vlan
        try decode(datagram, bytes, header.at, &sink)
    }

    private mutating func decode(
        _ outermost: Datagram,
        _ bytes: RawSpan,
        _ timestamp: Timestamp,
        _ sink: inout some WireSink
    ) throws(WireError) {
        guard let datagram = try outermost.carryingTCP(in: bytes) else {
            // Off the way of TCP: whatever else is not read ends here.
            return ledger.lookups.receive(outermost, in: bytes, at: timestamp)
        }
        guard let fragment = datagram.fragment else {
            let segment = try TCPSegment.read(bytes, in: datagram.payload, length: datagram.payloadLength)
            return follow(segment, bytes, datagram, timestamp, &sink)
        }
        defer { ledger.losses.undecodablePackets += fragments.takeAbandoned() }
        let joined = try fragments.receive(
            fragment,
            of: datagram,
            bytes: bytes,
            at: timestamp,
            limit: ledger.limits.fragmentedDatagrams
        )
        guard let joined else { return }
        // The joined payload may be a tunnel's; what it holds is smaller each time.
        try decode(joined.datagram, joined.bytes.rawSpan, timestamp, &sink)
    }

    private mutating func follow(
        _ segment: TCPSegment,
        _ bytes: RawSpan,
        _ datagram: Datagram,
        _ timestamp: Timestamp,
        _ sink: inout some WireSink
    ) {
        let (key, side) = FlowKey.key(
            source: Endpoint(address: datagram.source, port: segment.sourcePort),
            destination: Endpoint(address: datagram.destination, port: segment.destinationPort),
            vlan: datagram.vlan
        )
        guard let slot = slot(for: segment, of: key, from: side, timestamp, &sink) else { return }
        flows[slot].receive(segment, in: bytes, from: side, at: timestamp, ledger: &ledger, into: &sink)
        // A mere acknowledgment changes nothing that is kept.
        guard !segment.payload.isEmpty || segment.isSYN || segment.isFIN || segment.isRST else { return }
        if segment.isSYN, flows[slot].isUnanswered, !openings.contains(slot) { openings.append(slot) }
        flows.settle(slot)
        if flows[slot].isStalled, !watches.contains(slot) { watch(slot, from: timestamp) }
        if flows.cost > ledger.limits.totalBytes { freeMemory(&sink) }
    }

    /// The slot of a segment's connection, as the most recently active one; `nil` when there is nothing to follow.
    private mutating func slot(
        for segment: TCPSegment,
        of key: FlowKey,
        from side: Side,
        _ timestamp: Timestamp,
        _ sink: inout some WireSink
    ) -> Int? {
        let opens = segment.isSYN && segment.acknowledgment == nil
        if let slot = flows.slot(of: key, from: side, opens: opens) {
            guard segment.isSYN, flows[slot].isReplaced(by: segment, from: side) else {
                flows.touch(slot)
                return slot
            }
            end(slot, .replaced, at: timestamp, &sink)
        }
        guard segment.isSYN || !segment.payload.isEmpty else { return nil }
        let limit = min(max(1, ledger.limits.flows), FlowTable.mostConnections)
        if flows.count >= limit || flows.openingCount >= max(64, limit / 4) {
            guard let slot = flows.leastValuable(of: limit, forMereSYN: segment.payload.isEmpty) else {
                ledger.losses.evictedFlows += 1
                return nil
            }
            evict(slot, &sink)
        }
        serial += 1
        return flows.insert(TCPConnection(key: key, serial: serial, at: timestamp))
    }

    // MARK: - Bounds

    private mutating func end(
        _ slot: Int,
        _ end: Connection.End,
        at timestamp: Timestamp,
        _ sink: inout some WireSink
    ) {
        flows[slot].close(end, at: timestamp, ledger: &ledger, into: &sink)
        if watches.contains(slot) { watches.remove(slot) }
        if openings.contains(slot) { openings.remove(slot) }
        flows.remove(slot)
    }

    /// Gives a connection up; one that was over already is no loss.
    private mutating func evict(_ slot: Int, _ sink: inout some WireSink) {
        if !flows[slot].isClosed { ledger.losses.evictedFlows += 1 }
        end(slot, .abandoned, at: flows[slot].lastAt, &sink)
    }

    private mutating func evictSilent(at now: Timestamp, _ sink: inout some WireSink) {
        idleCheckedAt = now
        let instant = Timestamp(nanoseconds: now.nanoseconds.addingSaturated(-ledger.idleNanoseconds))
        while let slot = flows.silent(since: instant) { evict(slot, &sink) }
    }

    /// Has the connections that have held bytes for longest give them up, or evicts those that cannot.
    private mutating func freeMemory(_ sink: inout some WireSink) {
        while flows.cost > ledger.limits.totalBytes, let slot = flows.longestHolding {
            flows[slot].releaseMemory(ledger: &ledger, into: &sink)
            flows.settle(slot)
            if flows[slot].cost > 0 { evict(slot, &sink) }
        }
    }

    private mutating func watch(_ slot: Int, from now: Timestamp) {
        flows[slot].watchedAt = now
        watches.append(slot)
    }

    /// Looks at connections with holes again when the time has come, whether or not they still speak.
    private mutating func lookAfterHoles(at now: Timestamp, _ sink: inout some WireSink) {
        while let slot = watches.oldest {
            // A clock that has jumped back makes waiting meaningless.
            let waited = now.nanoseconds(since: flows[slot].watchedAt)
            guard waited < 0 || waited >= ledger.shortPatience else { return }
            watches.remove(slot)
            flows[slot].giveUpOldHoles(at: now, ledger: &ledger, into: &sink)
            flows.settle(slot)
            if flows[slot].isStalled { watch(slot, from: now) }
            // What bytes behind a hole turn out to be may take more memory than they did.
            if flows.cost > ledger.limits.totalBytes { freeMemory(&sink) }
        }
    }

    // MARK: - What was not reached

    /// Says of connections that nobody has answered, however often they were asked for, when the time has come.
    private mutating func lookAfterOpenings(at now: Timestamp, _ sink: inout some WireSink) {
        while let slot = openings.oldest {
            let waited = now.nanoseconds(since: flows[slot].scene.openedAt)
            guard waited < -NameLookups.disorder || waited >= ledger.lookups.patience else { return }
            openings.remove(slot)
            flows[slot].tellOfOpening(&ledger, &sink)
        }
    }

    private mutating func tellOfLookups(at now: Timestamp, _ sink: inout some WireSink) {
        while let unreached = ledger.lookups.takeDue(at: now) { ledger.tell(of: unreached, into: &sink) }
        ledger.losses.unreachedNotKept += ledger.lookups.takeForgotten()
    }
}
