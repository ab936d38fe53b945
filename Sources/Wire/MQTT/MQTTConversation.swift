// One MQTT connection: both directions' bytes in, control packets out.

import Traffic

/// Decodes the two directions of one MQTT connection.
struct MQTTConversation: Sendable {
    /// What is known of the connection.
    private(set) var connection: Connection
    private let clientSide: Side
    private var framers = Pair(MQTTFramer())
    private var aliases = Pair(TopicAliases())
    private var hasSaidGoodbye = false

    /// Memory held.
    var cost: Int {
        framers[.low].cost + framers[.high].cost + aliases[.low].cost + aliases[.high].cost
    }

    /// Begins with what the recognition found.
    init(_ connection: Connection, clientSide: Side, into sink: inout some WireSink) {
        self.connection = connection
        self.clientSide = clientSide
        sink.connectionOpened(connection)
    }

    /// Takes bytes of one direction; a chunk is a segment's part, so that it often begins with a packet.
    mutating func receive(
        _ chunk: RawSpan,
        from side: Side,
        at timestamp: Timestamp,
        ledger: inout Ledger,
        into sink: inout some WireSink
    ) {
        if !framers[side].isInStep { framers[side].setInStep(isPacket(chunk)) }
        var position = 0
        while true {
            switch framers[side].next(in: chunk, at: &position, limit: ledger.limits.controlPacketBytes) {
            case .whole(let range, let header):
                read(chunk.extracting(range), header, side, timestamp, &ledger, &sink)
            case .joined(let header):
                let joined = framers[side].takeJoined()
                read(joined.rawSpan, header, side, timestamp, &ledger, &sink)
                framers[side].reuse(joined)
            case .malformed(let range):
                return reject(chunk.extracting(range), side, timestamp, &ledger, &sink)
            case .malformedJoined:
                let joined = framers[side].takeJoined()
                return reject(joined.rawSpan, side, timestamp, &ledger, &sink)
            case .oversized:
                // Its length is a claim, so that no bytes are counted.
                ledger.countGap(of: 0)
            case .needsMore:
                return
            }
        }
    }

    /// Notes bytes that were never captured.
    mutating func undelivered(_ count: Int64, from side: Side) {
        framers[side].skipGap(of: count)
        aliases[side].removeAll()
    }

    /// Gives up a packet that is being put together, which is a gap, and the aliases.
    mutating func releaseMemory(of side: Side, ledger: inout Ledger) {
        if framers[side].partialCount > 0 { ledger.countGap(of: Int64(framers[side].partialCount)) }
        framers[side].release()
        aliases[side].removeAll()
    }

    /// Ends the connection.
    mutating func close(_ end: Connection.End, at timestamp: Timestamp, into sink: inout some WireSink) {
        connection.end = hasSaidGoodbye && end != .open ? .disconnected : end
        if end != .open { connection.closedAt = timestamp }
        sink.connectionClosed(connection)
    }

    // MARK: - One packet

    private mutating func read(
        _ frame: RawSpan,
        _ header: MQTTFixedHeader,
        _ side: Side,
        _ timestamp: Timestamp,
        _ ledger: inout Ledger,
        _ sink: inout some WireSink
    ) {
        if header.firstByte >> 4 == ControlPacket.Kind.connect.rawValue {
            return readConnect(frame, header, side, timestamp, &ledger, &sink)
        }
        var reader = MQTTPacketReader(frame, header: header, version: connection.version)
        reader.read()
        if reader.packet.isMalformed {
            adoptVersion(shownBy: frame)
            reader = MQTTPacketReader(frame, header: header, version: connection.version)
            reader.read()
        }
        guard !reader.packet.isMalformed else {
            return reject(frame, side, timestamp, &ledger, &sink)
        }
        note(reader.packet.kind, assigned: reader.assignedClientID.map { frame.text(in: $0) })
        let limit = ledger.limits.aliasBytes
        deliver(reader.packet, frame, alias: reader.topicAlias, side, timestamp, limit, &sink)
    }

    /// Hands a packet on with its topic; an alias is bound or resolved on the way.
    private mutating func deliver(
        _ packet: ControlPacket,
        _ frame: RawSpan,
        alias: UInt16?,
        _ side: Side,
        _ timestamp: Timestamp,
        _ limit: Int,
        _ sink: inout some WireSink
    ) {
        if packet.topic.isEmpty, let alias, let topic = aliases[side].topic(of: alias) {
            return hand(packet, frame, topic: topic.rawSpan, side, timestamp, &sink)
        }
        let topic = frame.extracting(packet.topic)
        if let alias, !packet.topic.isEmpty { aliases[side].bind(alias, to: topic, limit: limit) }
        hand(packet, frame, topic: topic, side, timestamp, &sink)
    }

    private func hand(
        _ packet: ControlPacket,
        _ frame: RawSpan,
        topic: RawSpan,
        _ side: Side,
        _ timestamp: Timestamp,
        _ sink: inout some WireSink
    ) {
        sink.controlPacket(
            packet,
            frame: frame,
            topic: topic,
            on: connection,
            going: side == clientSide ? .toBroker : .fromBroker,
            at: timestamp
        )
    }

    private mutating func readConnect(
        _ frame: RawSpan,
        _ header: MQTTFixedHeader,
        _ side: Side,
        _ timestamp: Timestamp,
        _ ledger: inout Ledger,
        _ sink: inout some WireSink
    ) {
        let introduction: MQTTIntroduction
        do throws(WireError) {
            introduction = try MQTTIntroduction.read(frame, header: header)
        } catch {
            return reject(frame, side, timestamp, &ledger, &sink)
        }
        // A second CONNECT is a protocol error (MQTT-3.1.0-2); what the first one said stands.
        if !connection.isIntroduced {
            connection.introduce(introduction, clientID: frame.text(in: introduction.clientID))
            sink.connectionIntroduced(connection)
        }
        var packet = ControlPacket(firstByte: header.firstByte, version: introduction.version)
        packet.properties = introduction.properties
        packet.payload = introduction.clientID
        deliver(packet, frame, alias: nil, side, timestamp, 0, &sink)
    }

    private mutating func reject(
        _ frame: RawSpan,
        _ side: Side,
        _ timestamp: Timestamp,
        _ ledger: inout Ledger,
        _ sink: inout some WireSink
    ) {
        ledger.losses.malformedPackets += 1
        var packet = ControlPacket(firstByte: frame.byte(at: 0), version: connection.version)
        packet.isMalformed = true
        // A first byte that cannot be one says that the length before it was not one either.
        if !MQTTFixedHeader.isValid(firstByte: frame.byte(at: 0), version: connection.version) {
            framers[side].setInStep(false)
        }
        deliver(packet, frame, alias: nil, side, timestamp, 0, &sink)
    }

    // MARK: - What a packet tells of its connection

    private func isPacket(_ chunk: RawSpan) -> Bool {
        if case .yes = MQTTRecognition.judge(chunk) { return true }
        return false
    }

    /// Without a CONNECT the version is 3.1.1 until a packet shows that it can only be 5.
    private mutating func adoptVersion(shownBy frame: RawSpan) {
        guard !connection.isIntroduced, connection.version != .v5 else { return }
        if case .yes(version: .v5, _) = MQTTRecognition.judge(frame) { connection.version = .v5 }
    }

    private mutating func note(_ kind: ControlPacket.Kind, assigned clientID: String?) {
        if kind == .disconnect { hasSaidGoodbye = true }
        if let clientID, connection.clientID?.isEmpty ?? true { connection.clientID = clientID }
    }
}

extension Connection {
    /// Notes what the CONNECT said.
    mutating func introduce(_ introduction: MQTTIntroduction, clientID: String) {
        isIntroduced = true
        version = introduction.version
        self.clientID = clientID
        keepAlive = introduction.keepAlive
        isClean = introduction.isClean
        hasUserName = introduction.hasUserName
        hasWill = introduction.hasWill
    }
}
