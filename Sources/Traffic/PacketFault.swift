// What an MQTT control packet does wrong. MQTT 3.1.1 §4.8, MQTT 5 §4.13.

/// How a control packet breaks the specification.
///
/// A malformed packet cannot be read. All others are protocol errors: the packet is readable, but must not have been
/// sent then, there, or with this in it. Protocol errors are told only where everything that they follow from was
/// captured.
public enum PacketFault: UInt8, Hashable, Sendable, CaseIterable {
    /// It cannot be read as the specification says (MQTT 5 §1.2, "Malformed Packet").
    case malformed
    /// A client's first packet is not a CONNECT (MQTT-3.1.0-1).
    case beforeConnect
    /// A client says CONNECT twice (MQTT-3.1.0-2).
    case secondConnect
    /// A broker's first packet is neither CONNACK nor AUTH (MQTT-3.2.0-1).
    case beforeConnectAcknowledgement
    /// A broker says CONNACK twice (MQTT-3.2.0-2).
    case secondConnectAcknowledgement
    /// Only the other side may send this type (MQTT 3.1.1 §2.2.1, MQTT 5 §2.1.2).
    case wrongSide
    /// Something follows a DISCONNECT of the same side (MQTT-3.14.4-2).
    case afterDisconnect
    /// AUTH, although CONNECT named no authentication method (MQTT 5 §4.12).
    case authenticationNotBegun
    /// A topic alias stands for a topic that nobody bound to it (MQTT 5 §3.3.2.3.4).
    case unboundAlias
    /// A topic alias is greater than the receiver allowed (MQTT-3.3.2-9, MQTT-3.3.2-11).
    case aliasTooLarge
    /// The packet is larger than the receiver allowed (MQTT-3.1.2-24, MQTT-3.2.2-15).
    case packetTooLarge
    /// It uses what the broker's CONNACK ruled out (MQTT 5 §3.2.2.3).
    case ruledOut
    /// A property or reason code that only the other side may send (MQTT-3.3.4-6, MQTT-3.14.2-2, MQTT 5 table 3-13).
    case contentOfOtherSide
    /// No Local on a shared subscription (MQTT-3.8.3-4).
    case noLocalOnShared

    /// What is wrong, in few words for listings.
    public var text: String {
        switch self {
        case .malformed: "malformed packet"
        case .beforeConnect: "protocol error: first packet is not CONNECT"
        case .secondConnect: "protocol error: second CONNECT"
        case .beforeConnectAcknowledgement: "protocol error: first answer is not CONNACK"
        case .secondConnectAcknowledgement: "protocol error: second CONNACK"
        case .wrongSide: "protocol error: sent by the wrong side"
        case .afterDisconnect: "protocol error: sent after DISCONNECT"
        case .authenticationNotBegun: "protocol error: AUTH without an authentication method"
        case .unboundAlias: "protocol error: topic alias without a topic"
        case .aliasTooLarge: "protocol error: topic alias above the maximum"
        case .packetTooLarge: "protocol error: larger than the receiver allowed"
        case .ruledOut: "protocol error: ruled out by CONNACK"
        case .contentOfOtherSide: "protocol error: content that only the other side may send"
        case .noLocalOnShared: "protocol error: No Local on a shared subscription"
        }
    }
}
