// Reason codes of MQTT 5. MQTT 5 §2.4, table 2-6.

import Traffic

/// Which reason codes which packet may carry.
enum MQTTReason {
    /// Whether a packet of this kind may carry a reason code.
    static func isValid(_ code: UInt8, in kind: ControlPacket.Kind) -> Bool {
        switch kind {
        case .connack: isConnectReason(code)
        case .puback, .pubrec: isPublishReason(code)
        case .pubrel, .pubcomp: code == 0x00 || code == 0x92
        case .suback: isSubscribeReason(code)
        case .unsuback: isUnsubscribeReason(code)
        case .disconnect: isDisconnectReason(code)
        case .auth: code == 0x00 || code == 0x18 || code == 0x19
        default: true
        }
    }

    /// Whether a side may send a DISCONNECT with this code (MQTT 5 table 3-13).
    ///
    /// Brokers are let pass with 0x00, which the table gives to clients: it is what leaving the code out means.
    static func isDisconnectReason(_ code: UInt8, fromClient isFromClient: Bool) -> Bool {
        switch code {
        case 0x04: isFromClient
        case 0x87, 0x89, 0x8B, 0x8D...0x8F, 0x9A...0xA2: !isFromClient
        default: true
        }
    }

    private static func isConnectReason(_ code: UInt8) -> Bool {
        switch code {
        case 0x00, 0x80...0x8A, 0x8C, 0x90, 0x95, 0x97, 0x99...0x9D, 0x9F: true
        default: false
        }
    }

    private static func isPublishReason(_ code: UInt8) -> Bool {
        switch code {
        case 0x00, 0x10, 0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99: true
        default: false
        }
    }

    private static func isSubscribeReason(_ code: UInt8) -> Bool {
        switch code {
        case 0x00...0x02, 0x80, 0x83, 0x87, 0x8F, 0x91, 0x97, 0x9E, 0xA1, 0xA2: true
        default: false
        }
    }

    private static func isUnsubscribeReason(_ code: UInt8) -> Bool {
        switch code {
        case 0x00, 0x11, 0x80, 0x83, 0x87, 0x8F, 0x91: true
        default: false
        }
    }

    private static func isDisconnectReason(_ code: UInt8) -> Bool {
        switch code {
        case 0x00, 0x04, 0x80...0x83, 0x87, 0x89, 0x8B, 0x8D...0x90, 0x93...0xA2: true
        default: false
        }
    }
}
