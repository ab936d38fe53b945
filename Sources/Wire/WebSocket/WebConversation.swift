// One connection that began as HTTP, and what it became. RFC 6455 §4.

import Traffic

/// Decodes an HTTP connection, and MQTT over WebSocket behind an upgrade.
struct WebConversation: Sendable {
    private let opening: WebSocketConversation.Opening
    private var http: HTTPConversation?
    private var webSocket: WebSocketConversation?
    /// What the client sent before the server's agreement was read: it may wait behind a hole.
    private var held: [UInt8] = []
    /// Whether more came than may be held.
    private var isHeldCut = false
    /// When the last of them was captured.
    private var heldAt = Timestamp(nanoseconds: 0)
    /// Whether bytes of the server are missing, and its agreement perhaps among them.
    private var mayMissAgreement: Bool

    /// Memory held.
    var cost: Int { (http?.cost ?? 0) + (webSocket?.cost ?? 0) + held.count }
    /// Whether nothing more of the connection is read.
    var isOver: Bool { webSocket?.isForeign ?? http?.isOver ?? true }

    /// A connection that was recognised as HTTP.
    init(http opening: WebSocketConversation.Opening) {
        self.opening = opening
        mayMissAgreement = !opening.isWhole
        http = HTTPConversation(
            client: opening.client,
            server: opening.server,
            clientSide: opening.clientSide
        )
    }

    /// A connection that was recognised as MQTT in WebSocket frames, midway.
    init(webSocket opening: WebSocketConversation.Opening) {
        self.opening = opening
        mayMissAgreement = true
        webSocket = WebSocketConversation(opening)
    }

    /// Takes bytes of one direction.
    mutating func receive(
        _ chunk: RawSpan,
        from side: Side,
        at timestamp: Timestamp,
        ledger: inout Ledger,
        into sink: inout some WireSink
    ) {
        guard webSocket == nil else {
            webSocket?.receive(chunk, from: side, at: timestamp, ledger: &ledger, into: &sink)
            return
        }
        if http?.upgrade != nil {
            if side == opening.clientSide { return hold(chunk, timestamp, &ledger) }
            // A server that was heard from its first byte and agreed to nothing speaks no WebSocket (RFC 6455 §4.1).
            if mayMissAgreement, WebSocketRecognition.isFromClient(chunk) == false {
                beginWebSocket(isWhole: false, isAgreed: true, &ledger, &sink)
                return receive(chunk, from: side, at: timestamp, ledger: &ledger, into: &sink)
            }
        }
        http?.receive(chunk, from: side, at: timestamp, ledger: &ledger, into: &sink)
        if side == opening.clientSide {
            let rest = http?.takeRest() ?? []
            hold(rest.rawSpan, timestamp, &ledger)
        } else {
            settle(timestamp, &ledger, &sink)
        }
    }

    /// Notes bytes that were never captured.
    mutating func undelivered(
        _ count: Int64,
        from side: Side,
        at timestamp: Timestamp,
        ledger: inout Ledger,
        into sink: inout some WireSink
    ) {
        if webSocket != nil {
            webSocket?.undelivered(count, from: side, ledger: &ledger)
        } else {
            if side != opening.clientSide { mayMissAgreement = true }
            http?.undelivered(count, from: side, at: timestamp, ledger: &ledger, into: &sink)
        }
    }

    /// Gives up what is being put together.
    mutating func releaseMemory(of side: Side, ledger: inout Ledger) {
        if side != opening.clientSide { mayMissAgreement = true }
        http?.releaseMemory(of: side, ledger: &ledger)
        webSocket?.releaseMemory(of: side, ledger: &ledger)
        if side == opening.clientSide, !held.isEmpty {
            ledger.countGap(of: Int64(held.count))
            held = []
            isHeldCut = true
        }
    }

    /// Notes the orderly end (FIN) of one direction.
    mutating func endDirection(_ side: Side, into sink: inout some WireSink) {
        http?.endDirection(side, into: &sink)
    }

    /// Ends the connection.
    mutating func close(_ end: Connection.End, at timestamp: Timestamp, into sink: inout some WireSink) {
        let exchangesEnd: Exchange.End =
            switch end {
            case .reset: .reset
            case .open: .open
            // What we stopped reading may well have gone on.
            case .abandoned: .gap
            case .disconnected, .closed, .replaced: .truncated
            }
        http?.close(exchangesEnd, into: &sink)
        webSocket?.close(end, at: timestamp, into: &sink)
    }

    // MARK: - The upgrade

    private mutating func hold(_ bytes: RawSpan, _ timestamp: Timestamp, _ ledger: inout Ledger) {
        guard bytes.byteCount > 0, !isHeldCut else { return }
        guard held.count + bytes.byteCount <= ledger.limits.headBytes else {
            ledger.countGap(of: 0)
            isHeldCut = true
            return
        }
        held.append(bytes)
        heldAt = timestamp
    }

    /// What the server's answer means for bytes that wait for it.
    private mutating func settle(_ timestamp: Timestamp, _ ledger: inout Ledger, _ sink: inout some WireSink)
    {
        guard let upgrade = http?.upgrade else { return deliverHeld(&ledger, &sink) }
        guard upgrade.isAgreed else { return }
        let rest = http?.takeRest() ?? []
        // Another sub-protocol is none of ours; HTTP itself is over.
        guard upgrade.isMQTT != false else {
            held = []
            return
        }
        beginWebSocket(isWhole: true, isAgreed: upgrade.isMQTT == true, &ledger, &sink)
        let server = opening.clientSide.other
        receive(rest.rawSpan, from: server, at: timestamp, ledger: &ledger, into: &sink)
    }

    private mutating func beginWebSocket(
        isWhole: Bool,
        isAgreed: Bool,
        _ ledger: inout Ledger,
        _ sink: inout some WireSink
    ) {
        http?.close(.complete, into: &sink)
        http = nil
        var opening = opening
        opening.isWhole = opening.isWhole && isWhole
        opening.isAgreed = isAgreed
        webSocket = WebSocketConversation(opening)
        deliverHeld(&ledger, &sink)
    }

    private mutating func deliverHeld(_ ledger: inout Ledger, _ sink: inout some WireSink) {
        let (waiting, isCut) = (held, isHeldCut)
        held = []
        isHeldCut = false
        let side = opening.clientSide
        if !waiting.isEmpty { receive(waiting.rawSpan, from: side, at: heldAt, ledger: &ledger, into: &sink) }
        if isCut { undelivered(.max, from: side, at: heldAt, ledger: &ledger, into: &sink) }
    }
}
