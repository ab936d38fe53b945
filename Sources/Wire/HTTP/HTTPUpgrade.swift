// An upgrade from HTTP to WebSocket. RFC 6455 §4, RFC 9110 §7.8.

/// What the handshake settled.
struct HTTPUpgrade: Hashable, Sendable {
    /// Whether the server agreed.
    private(set) var isAgreed = false
    /// Whether both agreed on MQTT as the sub-protocol; `nil` when the server named none.
    private(set) var isMQTT: Bool?
    /// Bytes behind the head that was read last: frames already, if the upgrade comes about.
    var rest: [UInt8] = []

    /// An upgrade that a request asks for; `nil` when it asks for none to WebSocket.
    init?(asked head: HTTPHead) {
        guard head.asksForWebSocket else { return nil }
    }

    /// Notes the server's agreement.
    mutating func agree(_ head: HTTPHead) {
        isAgreed = true
        // MQTT 3.1.1 §6 registered `mqtt`; `mqttv3.1` came before it.
        isMQTT = head.webSocketProtocol.map { ["mqtt", "mqttv3.1"].contains($0.lowercased()) }
    }
}
