// The first bytes of every MQTT control packet. MQTT 3.1.1 §2.2, MQTT 5 §2.1.

import Traffic

/// Kind, flags and length of one control packet.
struct MQTTFixedHeader: Hashable {
    /// Bytes of the longest fixed header there is: one for the kind and four for the length.
    static let longest = 5

    /// Kind and flags.
    let firstByte: UInt8
    /// Bytes of the fixed header itself, 2 to 5.
    let length: Int
    /// Bytes that follow it.
    let remainingLength: Int

    /// Bytes of the whole packet.
    var packetLength: Int { length + remainingLength }

    /// Whether the length is written in more bytes than it needs, which MQTT 5 forbids (MQTT-1.5.5-1).
    var isPadded: Bool { length > 2 && remainingLength < 1 << (7 * (length - 2)) }

    /// Reads a fixed header.
    ///
    /// - Returns: The header; `nil` until all its bytes have arrived.
    /// - Throws: `.remainingLengthTooLong` at a fifth length byte. Unknown kinds are returned, not thrown.
    static func read(_ bytes: RawSpan, at offset: Int) throws(WireError) -> MQTTFixedHeader? {
        guard offset < bytes.byteCount else { return nil }
        var remainingLength = 0
        for index in 1...4 {
            guard offset + index < bytes.byteCount else { return nil }
            let byte = bytes.byte(at: offset + index)
            remainingLength |= Int(byte & 0x7F) << (7 * (index - 1))
            guard byte >= 0x80 else {
                return MQTTFixedHeader(
                    firstByte: bytes.byte(at: offset),
                    length: index + 1,
                    remainingLength: remainingLength
                )
            }
        }
        throw .remainingLengthTooLong
    }

    /// Whether the first byte may stand at the head of a packet of a version: a known kind with the flags that are
    /// reserved for it (MQTT 3.1.1 §2.2.2, MQTT 5 §2.1.3; MQTT 3.1 reserves none).
    static func isValid(firstByte: UInt8, version: MQTTVersion) -> Bool {
        let flags = firstByte & 0x0F
        switch ControlPacket.Kind(rawValue: firstByte >> 4) ?? .reserved {
        case .reserved: return false
        case .publish: return flags & 0b0110 != 0b0110
        case .auth: return version == .v5 && flags == 0
        case .pubrel, .subscribe, .unsubscribe: return flags == 0b0010 || version == .v31
        default: return flags == 0 || version == .v31
        }
    }
}
