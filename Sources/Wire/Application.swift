// What a TCP connection carries: recognised, then decoded.

import Traffic

/// Takes a connection's ordered bytes, finds out what they speak, and has them decoded.
struct Application: ~Copyable, Sendable {
    /// Where bytes come from.
    struct Arrival: Sendable {
        /// Who sent them.
        var side: Side
        /// When their packet was captured.
        var at: Timestamp
        /// Whether they are the first of a direction whose SYN was seen.
        var isStreamStart: Bool
    }

    /// What the TCP connection knows of itself.
    struct Scene: Sendable {
        /// The two ends.
        let key: FlowKey
        /// When it was first seen.
        let openedAt: Timestamp
        /// Who sent the SYN; `nil` when the capture began midway.
        var clientSide: Side?
    }

    private enum Stage: Sendable { case undecided, mqtt, http, ignored }

    /// Chunks that a connection entered midway gets to show what it is.
    private static let tries: UInt8 = 16
    /// Bytes kept of a direction while they might still become something.
    private static let prefixLimit = 4_096

    private var stage = Stage.undecided
    private var mqtt = Boxed<MQTTConversation>()
    private var http = Boxed<WebConversation>()
    private var prefixes = Pair<[UInt8]>([])
    private var startsInPrefix = Pair(false)
    private var failures: UInt8 = 0
    private var hasGap = false

    /// Whether nothing of the connection is read.
    var isIgnored: Bool { stage == .ignored }
    /// Whether it is read as MQTT.
    var isMQTT: Bool { stage == .mqtt }
    /// Whether it is read as HTTP.
    var isHTTP: Bool { stage == .http }
    /// Memory held.
    var cost: Int {
        switch stage {
        case .mqtt: mqtt.value.cost
        case .http: http.value.cost
        case .undecided: prefixes[.low].count + prefixes[.high].count
        case .ignored: 0
        }
    }

    /// Takes the next bytes of a direction.
    mutating func deliver(
        _ bytes: RawSpan,
        _ arrival: Arrival,
        scene: Scene,
        ledger: inout Ledger,
        into sink: inout some WireSink
    ) {
        switch stage {
        case .mqtt:
            mqtt.value.receive(bytes, from: arrival.side, at: arrival.at, ledger: &ledger, into: &sink)
        case .http:
            http.value.receive(bytes, from: arrival.side, at: arrival.at, ledger: &ledger, into: &sink)
            if http.value.isOver { ignore() }
        case .undecided:
            decide(bytes, arrival, scene, &ledger, &sink)
        case .ignored: break
        }
    }

    /// Notes bytes of a direction that were never captured.
    mutating func undelivered(
        _ count: Int64,
        _ arrival: Arrival,
        ledger: inout Ledger,
        into sink: inout some WireSink
    ) {
        ledger.countGap(of: count)
        prefixes[arrival.side] = []
        hasGap = true
        if !mqtt.isEmpty { mqtt.value.undelivered(count, from: arrival.side, ledger: &ledger) }
        if !http.isEmpty {
            http.value.undelivered(count, from: arrival.side, at: arrival.at, ledger: &ledger, into: &sink)
        }
    }

    /// Notes the orderly end of a direction.
    mutating func endDirection(_ side: Side, into sink: inout some WireSink) {
        if !http.isEmpty { http.value.endDirection(side, into: &sink) }
    }

    /// Ends the connection.
    mutating func close(_ end: Connection.End, at timestamp: Timestamp, into sink: inout some WireSink) {
        if !mqtt.isEmpty { mqtt.value.close(end, at: timestamp, into: &sink) }
        if !http.isEmpty { http.value.close(end, at: timestamp, into: &sink) }
        ignore()
    }

    /// Gives up what is held of unfinished packets and heads.
    mutating func releaseMemory(of side: Side, ledger: inout Ledger) {
        if !prefixes[side].isEmpty { ledger.countGap(of: Int64(prefixes[side].count)) }
        prefixes[side] = []
        if !mqtt.isEmpty { mqtt.value.releaseMemory(of: side, ledger: &ledger) }
        if !http.isEmpty { http.value.releaseMemory(of: side, ledger: &ledger) }
    }

    // MARK: - Recognition

    private mutating func decide(
        _ bytes: RawSpan,
        _ arrival: Arrival,
        _ scene: Scene,
        _ ledger: inout Ledger,
        _ sink: inout some WireSink
    ) {
        guard !prefixes[arrival.side].isEmpty else { return judge(bytes, arrival, scene, &ledger, &sink) }
        var joined: [UInt8] = []
        swap(&joined, &prefixes[arrival.side])
        joined.append(bytes)
        var whole = arrival
        whole.isStreamStart = startsInPrefix[arrival.side]
        judge(joined.rawSpan, whole, scene, &ledger, &sink)
    }

    private mutating func judge(
        _ bytes: RawSpan,
        _ arrival: Arrival,
        _ scene: Scene,
        _ ledger: inout Ledger,
        _ sink: inout some WireSink
    ) {
        let verdict = ProtocolRecognition.judge(bytes, isStreamStart: arrival.isStreamStart, key: scene.key)
        switch verdict {
        case .mqtt(let version, let isFromClient):
            beginMQTT(version, isFromClient, arrival, scene, &ledger, &sink)
        case .http(let isRequest):
            http.fill(WebConversation(http: opening(isFromClient: isRequest, arrival, scene)))
            stage = .http
        case .webSocket(let isFromClient):
            http.fill(WebConversation(webSocket: opening(isFromClient: isFromClient, arrival, scene)))
            stage = .http
        case .encrypted:
            ledger.losses.encryptedConnections += 1
            return ignore()
        case .undecided where bytes.byteCount <= Self.prefixLimit:
            prefixes[arrival.side] = [UInt8](bytes)
            startsInPrefix[arrival.side] = arrival.isStreamStart
            return
        case .undecided, .unknown:
            // A stream seen from its start tells at once what it is; one entered midway gets more tries.
            failures += 1
            if arrival.isStreamStart || failures == Self.tries { ignore() }
            return
        }
        deliverPrefix(of: arrival.side.other, arrival.at, scene, &ledger, &sink)
        deliver(bytes, arrival, scene: scene, ledger: &ledger, into: &sink)
    }

    /// What the other side said before, while nobody knew yet.
    private mutating func deliverPrefix(
        of side: Side,
        _ timestamp: Timestamp,
        _ scene: Scene,
        _ ledger: inout Ledger,
        _ sink: inout some WireSink
    ) {
        let prefix = prefixes[side]
        prefixes = Pair([])
        guard !prefix.isEmpty else { return }
        let arrival = Arrival(side: side, at: timestamp, isStreamStart: false)
        deliver(prefix.rawSpan, arrival, scene: scene, ledger: &ledger, into: &sink)
    }

    private func opening(
        isFromClient: Bool,
        _ arrival: Arrival,
        _ scene: Scene
    ) -> WebSocketConversation.Opening {
        let clientSide = isFromClient ? arrival.side : arrival.side.other
        return WebSocketConversation.Opening(
            client: scene.key.endpoint(clientSide),
            server: scene.key.endpoint(clientSide.other),
            clientSide: clientSide,
            openedAt: scene.openedAt,
            isWhole: scene.clientSide != nil && !hasGap,
            isAgreed: false
        )
    }

    private mutating func beginMQTT(
        _ version: MQTTVersion?,
        _ isFromClient: Bool?,
        _ arrival: Arrival,
        _ scene: Scene,
        _ ledger: inout Ledger,
        _ sink: inout some WireSink
    ) {
        let shown = isFromClient.map { $0 ? arrival.side : arrival.side.other }
        let clientSide = scene.clientSide ?? shown ?? Self.likelyClient(of: scene.key)
        var connection = Connection(
            number: ledger.numberConnection(),
            client: scene.key.endpoint(clientSide),
            server: scene.key.endpoint(clientSide.other),
            openedAt: scene.openedAt
        )
        connection.startsMidStream = scene.clientSide == nil
        connection.version = version ?? .v311
        mqtt.fill(
            MQTTConversation(
                connection,
                clientSide: clientSide,
                isWhole: scene.clientSide != nil && !hasGap,
                into: &sink
            )
        )
        stage = .mqtt
    }

    /// Brokers listen on MQTT's own port, or at least on the lower one; keys sort by port.
    private static func likelyClient(of key: FlowKey) -> Side {
        key.high.port == ProtocolRecognition.mqttPort ? .low : .high
    }

    private mutating func ignore() {
        stage = .ignored
        mqtt.clear()
        http.clear()
        prefixes = Pair([])
    }
}
