// An MQTT control packet as it lies in its bytes. MQTT 3.1.1 §2, MQTT 5 §2.

/// A version of the MQTT protocol, numbered as in CONNECT's protocol level.
public enum MQTTVersion: UInt8, Hashable, Sendable, CaseIterable {
    /// MQTT 3.1 (`MQIsdp`).
    case v31 = 3
    /// MQTT 3.1.1.
    case v311 = 4
    /// MQTT 5.
    case v5 = 5
}

/// One MQTT control packet: what its header says, and where its parts lie in its bytes.
///
/// The bytes travel beside it as a `RawSpan` (the *frame*: fixed header and body); the ranges are offsets into
/// that frame. It holds no heap storage, so that one can be made per packet for free.
public struct ControlPacket: Hashable, Sendable {
    /// The type of a control packet, numbered as in the fixed header.
    public enum Kind: UInt8, Hashable, Sendable, CaseIterable {
        /// Type 0, forbidden by every version: seen in malformed packets only.
        case reserved = 0
        case connect, connack, publish, puback, pubrec, pubrel, pubcomp
        case subscribe, suback, unsubscribe, unsuback, pingreq, pingresp, disconnect, auth
    }

    /// The type.
    public var kind: Kind
    /// The low four bits of the first byte, as sent.
    public var flags: UInt8
    /// The version that it was read as: the CONNECT's, or 3.1.1 as long as none was seen.
    public var version: MQTTVersion
    /// Packet id, where the packet carries one.
    public var packetID: UInt16?
    /// How it breaks the specification; `nil` when it does not, as far as was seen.
    public var fault: PacketFault?
    /// Reason or return code of a CONNACK, an acknowledgement of a PUBLISH, a DISCONNECT or an AUTH, where one was sent.
    public var reasonCode: UInt8?
    /// Whether a PUBLISH repeats one of the same direction that is still unacknowledged (QoS 1) or unreleased (QoS 2),
    /// perhaps from an earlier connection of a resumed session: not a new message (MQTT 5 §4.3, §4.4).
    public var isRedelivery = false
    /// Topic of a PUBLISH as it stands in the frame: empty when an alias stands for it.
    public var topic: Range<Int> = 0..<0
    /// Properties (MQTT 5), without their length; empty when there are none.
    public var properties: Range<Int> = 0..<0
    /// Properties of a CONNECT's will (MQTT 5), without their length.
    public var willProperties: Range<Int> = 0..<0
    /// Payload of a PUBLISH; a CONNECT's client id; of other packets what follows the variable header.
    public var payload: Range<Int> = 0..<0

    /// Describes a control packet by its first byte.
    public init(firstByte: UInt8, version: MQTTVersion) {
        self.kind = Kind(rawValue: firstByte >> 4) ?? .reserved
        self.flags = firstByte & 0x0F
        self.version = version
    }

    /// Whether it cannot be read; nothing but `kind` and `flags` counts then.
    public var isMalformed: Bool { fault == .malformed }

    /// Quality of service of a PUBLISH; `nil` for the forbidden value 3.
    public var qos: QoS? { QoS(rawValue: flags >> 1 & 0b11) }

    /// DUP flag of a PUBLISH.
    public var isDuplicate: Bool { flags & 0b1000 != 0 }

    /// RETAIN flag of a PUBLISH.
    public var isRetained: Bool { flags & 0b0001 != 0 }
}

extension ControlPacket.Kind: CustomStringConvertible {
    /// The specification's name: `PUBLISH`.
    public var description: String {
        switch self {
        case .reserved: "RESERVED"
        case .connect: "CONNECT"
        case .connack: "CONNACK"
        case .publish: "PUBLISH"
        case .puback: "PUBACK"
        case .pubrec: "PUBREC"
        case .pubrel: "PUBREL"
        case .pubcomp: "PUBCOMP"
        case .subscribe: "SUBSCRIBE"
        case .suback: "SUBACK"
        case .unsubscribe: "UNSUBSCRIBE"
        case .unsuback: "UNSUBACK"
        case .pingreq: "PINGREQ"
        case .pingresp: "PINGRESP"
        case .disconnect: "DISCONNECT"
        case .auth: "AUTH"
        }
    }
}
