// MQTT control packets as bytes.

/// Control packets for tests.
enum MQTTBytes {
    /// CONNECT of MQTT 3.1.1: clean session, keep-alive 60.
    static func connect(_ clientID: String = "dev") -> [UInt8] {
        let body = [0x00, 0x04] + Array("MQTT".utf8) + [0x04, 0x02, 0x00, 0x3C] + string(clientID)
        return [0x10, UInt8(body.count)] + body
    }

    /// CONNECT of MQTT 5: clean start, keep-alive 60, no properties.
    static func connect5(_ clientID: String = "dev") -> [UInt8] {
        let body = [0x00, 0x04] + Array("MQTT".utf8) + [0x05, 0x02, 0x00, 0x3C, 0x00] + string(clientID)
        return [0x10, UInt8(body.count)] + body
    }

    /// CONNACK of MQTT 3.1.1: accepted.
    static let connack: [UInt8] = [0x20, 0x02, 0x00, 0x00]

    /// PUBLISH of MQTT 3.1.1 at QoS 0.
    static func publish(_ topic: String, _ payload: String) -> [UInt8] {
        let body = string(topic) + Array(payload.utf8)
        return [0x30] + length(body.count) + body
    }

    /// PUBLISH of MQTT 5 at QoS 0.
    static func publish5(_ topic: String, _ payload: String, properties: [UInt8] = []) -> [UInt8] {
        let body = string(topic) + [UInt8(properties.count)] + properties + Array(payload.utf8)
        return [0x30] + length(body.count) + body
    }

    /// A topic alias property.
    static func alias(_ number: UInt16) -> [UInt8] { [0x23] + Frames.big(number) }

    /// DISCONNECT of MQTT 3.1.1.
    static let disconnect: [UInt8] = [0xE0, 0x00]

    /// Text with its length.
    static func string(_ text: String) -> [UInt8] { Frames.big(UInt16(text.utf8.count)) + Array(text.utf8) }

    /// A remaining length.
    static func length(_ count: Int) -> [UInt8] {
        var rest = count
        var bytes: [UInt8] = []
        repeat {
            bytes.append(UInt8(rest & 0x7F) | (rest > 0x7F ? 0x80 : 0))
            rest >>= 7
        } while rest > 0
        return bytes
    }
}
