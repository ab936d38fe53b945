// Builds frames byte by byte.

import Traffic

/// Frames for tests: TCP in IPv4 in Ethernet, with every field in reach.
enum Frames {
    /// The client of most tests.
    static let client = Endpoint(address: IPAddress(ipv4: 0x0A00_0001), port: 40_000)
    /// The server of most tests; its port says nothing about a protocol.
    static let server = Endpoint(address: IPAddress(ipv4: 0x0A00_0002), port: 8_100)

    /// TCP flags by their bits.
    struct Flags: OptionSet {
        let rawValue: UInt8
        static let fin = Flags(rawValue: 0x01)
        static let syn = Flags(rawValue: 0x02)
        static let rst = Flags(rawValue: 0x04)
        static let ack = Flags(rawValue: 0x10)
    }

    /// A TCP header of 20 bytes and its payload.
    static func tcp(
        _ flow: Flow,
        sequence: UInt32,
        acknowledgment: UInt32 = 0,
        flags: Flags = .ack,
        payload: [UInt8] = []
    ) -> [UInt8] {
        big(flow.source.port) + big(flow.destination.port) + big(sequence) + big(acknowledgment)
            + [0x50, flags.rawValue, 0x20, 0, 0, 0, 0, 0] + payload
    }

    /// An IPv4 header of 20 bytes and its payload.
    static func ipv4(
        _ flow: Flow,
        _ payload: [UInt8],
        totalLength: Int? = nil,
        fragment: UInt16 = 0,
        identification: UInt16 = 7,
        transport: UInt8 = 6
    ) -> [UInt8] {
        [0x45, 0] + big(UInt16(totalLength ?? payload.count + 20)) + big(identification) + big(fragment)
            + [64, transport, 0, 0] + big(UInt32(truncatingIfNeeded: flow.source.address.low))
            + big(UInt32(truncatingIfNeeded: flow.destination.address.low)) + payload
    }

    /// An IPv6 header of 40 bytes and its payload.
    static func ipv6(_ payload: [UInt8], next: UInt8 = 6, length: Int? = nil) -> [UInt8] {
        [0x60, 0, 0, 0] + big(UInt16(length ?? payload.count)) + [next, 64]
            + [UInt8](repeating: 0xFD, count: 15) + [1] + [UInt8](repeating: 0xFD, count: 15) + [2] + payload
    }

    /// An Ethernet II frame.
    static func ethernet(_ payload: [UInt8], type: [UInt8] = [0x08, 0x00]) -> [UInt8] {
        [UInt8](repeating: 2, count: 12) + type + payload
    }

    /// A number in network order.
    static func big(_ number: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: number.bigEndian) { Array($0) }
    }
}
