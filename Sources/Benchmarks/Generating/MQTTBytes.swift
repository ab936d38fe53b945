// MQTT 3.1.1 control packets as bytes: the few that an upgrade needs.

/// Writes control packets.
///
/// Sections are those of MQTT 3.1.1.
enum MQTTBytes {
    /// CONNECT with a clean session and a keep-alive of 60 s; §3.1.
    static func connect(clientID: String) -> [UInt8] {
        packet(0x10, string("MQTT") + [4, 0x02, 0, 60] + string(clientID))
    }

    /// CONNACK, accepted; §3.2.
    static let connectAccepted: [UInt8] = [0x20, 2, 0, 0]

    /// PUBLISH, without its packet id at QoS 0; §3.3.
    static func publish(topic: String, payload: [UInt8], qos: UInt8, packetID: UInt16) -> [UInt8] {
        packet(0x30 | qos << 1, string(topic) + (qos > 0 ? number(packetID) : []) + payload)
    }

    /// PUBREC; §3.5.
    static func publishReceived(_ packetID: UInt16) -> [UInt8] { packet(0x50, number(packetID)) }

    /// PUBREL; §3.6.
    static func publishRelease(_ packetID: UInt16) -> [UInt8] { packet(0x62, number(packetID)) }

    /// PUBCOMP; §3.7.
    static func publishComplete(_ packetID: UInt16) -> [UInt8] { packet(0x70, number(packetID)) }

    /// SUBSCRIBE to one filter at QoS 2; §3.8.
    static func subscribe(_ filter: String, packetID: UInt16) -> [UInt8] {
        packet(0x82, number(packetID) + string(filter) + [2])
    }

    /// SUBACK, QoS 2 granted; §3.9.
    static func subscribed(packetID: UInt16) -> [UInt8] { packet(0x90, number(packetID) + [2]) }

    /// DISCONNECT; §3.14.
    static let disconnect: [UInt8] = [0xE0, 0]

    /// Fixed header and body; §2.2.
    private static func packet(_ head: UInt8, _ body: [UInt8]) -> [UInt8] {
        var bytes = [head]
        var rest = body.count
        repeat {
            bytes.append(UInt8(rest % 128) | (rest >= 128 ? 0x80 : 0))
            rest /= 128
        } while rest > 0
        return bytes + body
    }

    private static func string(_ text: String) -> [UInt8] {
        number(UInt16(text.utf8.count)) + Array(text.utf8)
    }

    private static func number(_ number: UInt16) -> [UInt8] {
        [UInt8(number >> 8), UInt8(number & 0xFF)]
    }
}
