// Tells a connection's protocol by its bytes, on any port.

import Traffic

/// Judges what a direction's bytes speak.
enum ProtocolRecognition {
    /// The judgement.
    enum Verdict: Hashable {
        /// MQTT; which version and direction the bytes show, as far as they tell.
        case mqtt(version: MQTTVersion?, isFromClient: Bool?)
        /// HTTP/1.
        case http(isRequest: Bool)
        /// MQTT in WebSocket frames, its handshake missing.
        case webSocket(isFromClient: Bool)
        /// A TLS hello.
        case encrypted
        /// None of them.
        case unknown
        /// Too few bytes to tell.
        case undecided
    }

    /// The port that IANA assigned to MQTT: there even a first packet that breaks the specification is MQTT.
    static let mqttPort: UInt16 = 1883

    /// Judges the first bytes of a chunk.
    ///
    /// - Parameters:
    ///   - bytes: What follows a segment's start.
    ///   - isStreamStart: Whether these are the first bytes of a direction.
    ///   - key: The connection; its ports are a hint, never a condition.
    /// - Returns: The judgement; `.undecided` only for the beginning of something known.
    static func judge(_ bytes: RawSpan, isStreamStart: Bool, key: FlowKey) -> Verdict {
        var isUndecided = false
        switch HTTPRecognition.judge(bytes) {
        case .request: return .http(isRequest: true)
        case .response: return .http(isRequest: false)
        case .maybe: isUndecided = true
        case .no: break
        }
        switch hello(bytes) {
        case true?: return .encrypted
        case nil: isUndecided = true
        case false?: break
        }
        // Behind a handshake frames are expected; at a stream's start there are none.
        if !isStreamStart, let isFromClient = WebSocketRecognition.isFromClient(bytes) {
            return .webSocket(isFromClient: isFromClient)
        }
        switch MQTTRecognition.judge(bytes) {
        case .yes(let version, let isFromClient):
            return .mqtt(version: version, isFromClient: isFromClient)
        case .maybe: isUndecided = true
        case .no: break
        }
        if isUndecided { return .undecided }
        let isHinted = isStreamStart && (key.low.port == mqttPort || key.high.port == mqttPort)
        return isHinted ? .mqtt(version: nil, isFromClient: nil) : .unknown
    }

    /// A TLS record with a ClientHello or ServerHello (RFC 8446 §4, §5.1); `nil` when too short to tell.
    private static func hello(_ bytes: RawSpan) -> Bool? {
        guard bytes.byteCount > 0, bytes.byte(at: 0) == 0x16 else { return false }
        guard bytes.byteCount > 1 else { return nil }
        guard bytes.byte(at: 1) == 0x03 else { return false }
        guard bytes.byteCount > 5 else { return nil }
        return bytes.byte(at: 2) <= 0x04 && (bytes.byte(at: 5) == 1 || bytes.byte(at: 5) == 2)
    }
}
