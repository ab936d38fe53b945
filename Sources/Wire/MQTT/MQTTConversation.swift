// One MQTT connection: both directions' bytes in, control packets out.

import Traffic

/// Decodes the two directions of one MQTT connection.
struct MQTTConversation: Sendable {
    /// What is known of the connection.
    private(set) var connection: Connection
    private let clientSide: Side
    private var framers = Pair(MQTTFramer())
    private var aliases = Pair(TopicAliases())
    private var order: MQTTOrder
    private var deliveries = MQTTDeliveries()
    /// Where deliveries are followed instead, when the session outlives the connection.
    private var session: MQTTSessions.Reference?
    private var hasSaidGoodbye = false

    /// Memory held.
    var cost: Int {
        framers[.low].cost + framers[.high].cost + aliases[.low].cost + aliases[.high].cost
    }

    /// Begins with what the recognition found.
    init(_ connection: Connection, clientSide: Side, isWhole: Bool, into sink: inout some WireSink) {
        self.connection = connection
        self.clientSide = clientSide
        order = MQTTOrder(isWhole: isWhole)
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
                ledger.losses.oversizedPackets += 1
                connection.unreadParts += 1
                missPackets(of: side, &ledger)
            case .needsMore:
                return
            }
        }
    }

    /// Notes bytes that were never captured.
    mutating func undelivered(_ count: Int64, from side: Side, ledger: inout Ledger) {
        framers[side].skipGap(of: count)
        connection.unreadParts += 1
        missPackets(of: side, &ledger)
    }

    /// Gives up a packet that is being put together, which is a gap, and the aliases.
    mutating func releaseMemory(of side: Side, ledger: inout Ledger) {
        guard framers[side].cost + aliases[side].cost > 0 else { return }
        if framers[side].partialCount > 0 {
            ledger.countGap(of: Int64(framers[side].partialCount))
            connection.unreadParts += 1
        }
        framers[side].release()
        ledger.losses.forgottenAliases += Int64(aliases[side].count)
        aliases[side].removeAll()
        order.lose(fromClient: side == clientSide)
        deliveries.loseCertainty()
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
        var packet = reader.packet
        guard !packet.isMalformed else { return reject(frame, side, timestamp, &ledger, &sink) }
        let isFromClient = side == clientSide
        packet.fault = order.receive(reader, frame, isFromClient: isFromClient) ?? packet.fault
        if packet.packetID != nil { follow(&packet, isFromClient: isFromClient, &ledger) }
        if packet.kind == .connack, packet.fault == nil { accept(reader, frame, &ledger) }
        if packet.kind == .disconnect { hasSaidGoodbye = true }
        deliver(packet, frame, alias: reader.properties.topicAlias, side, timestamp, &ledger, &sink)
    }

    /// Hands a packet on with its topic; an alias is bound or resolved on the way.
    private mutating func deliver(
        _ packet: ControlPacket,
        _ frame: RawSpan,
        alias: UInt16?,
        _ side: Side,
        _ timestamp: Timestamp,
        _ ledger: inout Ledger,
        _ sink: inout some WireSink
    ) {
        guard let alias else {
            return hand(
                packet,
                frame,
                topic: frame.extracting(packet.topic),
                on: connection,
                side,
                timestamp,
                &sink
            )
        }
        if packet.topic.isEmpty, let topic = aliases[side].topic(of: alias) {
            return hand(packet, frame, topic: topic.rawSpan, on: connection, side, timestamp, &sink)
        }
        var packet = packet
        if !packet.topic.isEmpty {
            let limit = ledger.limits.aliasBytes
            let isKept = aliases[side].bind(alias, to: frame.extracting(packet.topic), limit: limit)
            if !isKept { ledger.losses.forgottenAliases += 1 }
        } else if aliases[side].isWhole, order.isWhole(fromClient: side == clientSide) {
            packet.fault = packet.fault ?? .unboundAlias
        }
        hand(packet, frame, topic: frame.extracting(packet.topic), on: connection, side, timestamp, &sink)
    }

    private func hand(
        _ packet: ControlPacket,
        _ frame: RawSpan,
        topic: RawSpan,
        on connection: Connection,
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

    private mutating func reject(
        _ frame: RawSpan,
        _ side: Side,
        _ timestamp: Timestamp,
        _ ledger: inout Ledger,
        _ sink: inout some WireSink
    ) {
        ledger.losses.malformedPackets += 1
        var packet = ControlPacket(firstByte: frame.byte(at: 0), version: connection.version)
        packet.fault = .malformed
        // A first byte that cannot be one says that the length before it was not one either.
        if !MQTTFixedHeader.isValid(firstByte: frame.byte(at: 0), version: connection.version) {
            framers[side].setInStep(false)
        }
        // Nobody knows what it would have been: not to be held against what follows.
        missPackets(of: side, &ledger)
        deliver(packet, frame, alias: nil, side, timestamp, &ledger, &sink)
    }
}

// MARK: - What a packet tells of its connection

extension MQTTConversation {
    private mutating func readConnect(
        _ frame: RawSpan,
        _ header: MQTTFixedHeader,
        _ side: Side,
        _ timestamp: Timestamp,
        _ ledger: inout Ledger,
        _ sink: inout some WireSink
    ) {
        let introduction = try? MQTTIntroduction.read(frame, header: header)
        let fault = order.connect(introduction, frame, isFromClient: side == clientSide)
        guard let introduction else { return reject(frame, side, timestamp, &ledger, &sink) }
        var packet = ControlPacket(firstByte: header.firstByte, version: introduction.version)
        packet.fault = fault
        packet.properties = introduction.properties
        packet.willProperties = introduction.willProperties
        packet.payload = introduction.clientID
        // What the first CONNECT said stands; the row of a second one shows what that one says.
        var introduced = connection
        introduced.introduce(introduction, frame)
        if !connection.isIntroduced {
            connection = introduced
            resumeSession(&ledger)
            sink.connectionIntroduced(connection)
        }
        let topic = frame.extracting(packet.topic)
        hand(packet, frame, topic: topic, on: introduced, side, timestamp, &sink)
    }

    /// What the broker's first answer settles.
    private mutating func accept(
        _ reader: borrowing MQTTPacketReader,
        _ frame: RawSpan,
        _ ledger: inout Ledger
    ) {
        if !reader.isSessionPresent, session != nil, let clientID = connection.clientID {
            ledger.sessions.discard(clientID, of: connection.server)
        }
        guard reader.packet.version == .v5 else { return }
        let terms = MQTTTerms(frame, in: reader.packet.properties)
        connection.keepAlive = terms.keepAlive ?? connection.keepAlive
        connection.sessionExpiry = terms.sessionExpiry ?? connection.sessionExpiry
        if let range = terms.assignedClientID, connection.clientID?.isEmpty ?? true {
            connection.clientID = frame.text(in: range)
        }
    }

    private mutating func resumeSession(_ ledger: inout Ledger) {
        guard let clientID = connection.clientID, !clientID.isEmpty else { return }
        if connection.isClean { ledger.sessions.discard(clientID, of: connection.server) }
        // A session of 3.x lives on unless it is clean, one of MQTT 5 for as long as was agreed (§3.1.2.11.2).
        let livesOn = connection.version == .v5 ? connection.sessionExpiry ?? 0 > 0 : !connection.isClean
        guard livesOn else { return }
        session = ledger.sessions.resume(
            clientID,
            of: connection.server,
            limit: ledger.limits.sessions,
            forgotten: &ledger.losses.forgottenSessions
        )
        if !connection.isClean, let session { ledger.sessions.loseCertainty(of: session) }
    }

    private mutating func follow(_ packet: inout ControlPacket, isFromClient: Bool, _ ledger: inout Ledger) {
        if let session,
            let isRepeated = ledger.sessions.follow(packet, of: session, isFromClient: isFromClient)
        {
            packet.isRedelivery = isRepeated
        } else {
            packet.isRedelivery = deliveries.follow(packet, isFromClient: isFromClient)
        }
    }

    private mutating func missPackets(of side: Side, _ ledger: inout Ledger) {
        aliases[side].removeAll()
        order.lose(fromClient: side == clientSide)
        deliveries.loseCertainty()
        if let session { ledger.sessions.loseCertainty(of: session) }
    }

    private func isPacket(_ chunk: RawSpan) -> Bool {
        if case .yes = MQTTRecognition.judge(chunk) { return true }
        return false
    }

    /// Without a CONNECT the version is 3.1.1 until a packet shows that it can only be 5.
    private mutating func adoptVersion(shownBy frame: RawSpan) {
        guard !connection.isIntroduced, connection.version != .v5 else { return }
        if case .yes(version: .v5, _) = MQTTRecognition.judge(frame) { connection.version = .v5 }
    }
}
