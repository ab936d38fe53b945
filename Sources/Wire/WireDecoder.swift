// Packets in, control packets and exchanges out. design.md §2.

import DequeModule
public import Traffic

/// Decodes captured packets: link → IP → TCP → MQTT and HTTP.
///
/// Feed it packets in capture order. It does no I/O and reads no clock; time is the packets' own. Memory is bounded by
/// its limits; bad bytes are counted, never fatal. Connections that speak something else are followed without being
/// kept, and no gaps are counted for them.
public struct WireDecoder: ~Copyable, Sendable {
    /// A connection with a hole that may have to be given up.
    private struct Watch: Sendable {
        var slot: Int
        var serial: Int
        var dueAt: Timestamp
    }

    /// Longest silent connections that are looked at for memory to free.
    private static let evictionScan = 1_024

    private var ledger: Ledger
    private var flows = FlowTable()
    private var fragments = FragmentTable()
    private var watches: Deque<Watch> = []
    private var serial = 0
    private var cost = 0

    /// A decoder that has seen nothing.
    public init(limits: WireLimits = WireLimits()) {
        ledger = Ledger(limits: limits)
    }

    /// What was lost so far, of the kinds that show on the wire; the others stay zero.
    public var losses: Losses { ledger.losses }
    /// Bytes held by all connections together; never more than the limit's.
    package var heldBytes: Int { cost }

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
        lookAfterHoles(at: header.at, &sink)
        evictSilent(at: header.at, &sink)
    }

    /// Ends the capture: what waits behind holes is handed on, open exchanges and connections end.
    public mutating func finish(at timestamp: Timestamp, into sink: inout some WireSink) {
        while let slot = flows.longestSilent {
            flows[slot].close(.open, at: timestamp, ledger: &ledger, into: &sink)
            flows.remove(slot)
        }
        watches = []
        cost = 0
    }

    // MARK: - Layers

    private mutating func decode(
        _ bytes: RawSpan,
        _ header: PacketHeader,
        _ sink: inout some WireSink
    ) throws(WireError) {
        guard let frame = try LinkFrame.read(bytes, link: header.linkType) else { return }
        let datagram = try Datagram.read(bytes, at: frame.offset, originalLength: header.originalLength)
        guard datagram.transport == 6 else { return }
        guard let fragment = datagram.fragment else {
            let segment = try TCPSegment.read(bytes, in: datagram.payload, length: datagram.payloadLength)
            return follow(segment, bytes, datagram, frame.vlan, header.at, &sink)
        }
        let joined = try fragments.receive(
            fragment,
            of: datagram,
            vlan: frame.vlan,
            bytes: bytes,
            at: header.at,
            limit: ledger.limits.fragmentedDatagrams
        )
        guard let joined else { return }
        let segment = try TCPSegment.read(joined.rawSpan, in: joined.indices, length: joined.count)
        follow(segment, joined.rawSpan, datagram, frame.vlan, header.at, &sink)
    }

    private mutating func follow(
        _ segment: TCPSegment,
        _ bytes: RawSpan,
        _ datagram: Datagram,
        _ vlan: UInt64,
        _ timestamp: Timestamp,
        _ sink: inout some WireSink
    ) {
        let (key, side) = FlowKey.key(
            source: Endpoint(address: datagram.source, port: segment.sourcePort),
            destination: Endpoint(address: datagram.destination, port: segment.destinationPort),
            vlan: vlan
        )
        guard let slot = slot(for: segment, of: key, from: side, timestamp, &sink) else { return }
        let costBefore = flows[slot].cost
        flows[slot].receive(segment, in: bytes, from: side, at: timestamp, ledger: &ledger, into: &sink)
        cost += flows[slot].cost - costBefore
        if flows[slot].isStalled, !flows[slot].isWatched {
            watch(slot, until: timestamp.advanced(by: ledger.limits.acknowledgedHoleTime))
        }
        if cost > ledger.limits.totalBytes { freeMemory(for: slot, &sink) }
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
            guard flows[slot].isReplaced(by: segment, from: side) else {
                flows.touch(slot)
                return slot
            }
            end(slot, .abandoned, at: timestamp, &sink)
        }
        guard segment.isSYN || !segment.payload.isEmpty else { return nil }
        if flows.count >= max(1, ledger.limits.flows), let oldest = flows.longestSilent {
            evict(oldest, &sink)
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
        cost -= flows[slot].cost
        flows[slot].close(end, at: timestamp, ledger: &ledger, into: &sink)
        flows.remove(slot)
    }

    /// Gives a connection up; one that was over already is no loss.
    private mutating func evict(_ slot: Int, _ sink: inout some WireSink) {
        if !flows[slot].isClosed { ledger.losses.evictedFlows += 1 }
        end(slot, .abandoned, at: flows[slot].lastAt, &sink)
    }

    private mutating func evictSilent(at now: Timestamp, _ sink: inout some WireSink) {
        while let slot = flows.longestSilent,
            now.duration(since: flows[slot].lastAt) > ledger.limits.idleTime
        {
            evict(slot, &sink)
        }
    }

    /// Evicts the longest silent connections that hold bytes; when they do not suffice, the asking one gives its up.
    private mutating func freeMemory(for asking: Int, _ sink: inout some WireSink) {
        var next = flows.longestSilent
        for _ in 0..<Self.evictionScan {
            guard cost > ledger.limits.totalBytes, let slot = next, slot != asking else { break }
            next = flows.slot(after: slot)
            if flows[slot].cost > 0 { evict(slot, &sink) }
        }
        guard cost > ledger.limits.totalBytes else { return }
        let costBefore = flows[asking].cost
        flows[asking].releaseMemory(ledger: &ledger, into: &sink)
        cost += flows[asking].cost - costBefore
    }

    private mutating func watch(_ slot: Int, until dueAt: Timestamp) {
        flows[slot].isWatched = true
        watches.append(Watch(slot: slot, serial: flows[slot].serial, dueAt: dueAt))
    }

    /// Looks at connections with holes again when the time has come, whether or not they still speak.
    private mutating func lookAfterHoles(at now: Timestamp, _ sink: inout some WireSink) {
        while let first = watches.first, first.dueAt <= now {
            watches.removeFirst()
            let slot = first.slot
            guard flows.serial(in: slot) == first.serial else { continue }
            flows[slot].isWatched = false
            let costBefore = flows[slot].cost
            flows[slot].giveUpOldHoles(at: now, ledger: &ledger, into: &sink)
            cost += flows[slot].cost - costBefore
            if flows[slot].isStalled {
                watch(
                    slot,
                    until: now.advanced(by: max(ledger.limits.acknowledgedHoleTime, .milliseconds(1)))
                )
            }
        }
    }
}
