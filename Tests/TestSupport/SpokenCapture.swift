// A capture made of bytes: TCP connections and look-ups of names over raw IPv4, both sides speaking.

import Foundation

/// A number in network order.
private func big(_ number: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: number.bigEndian) { Array($0) }
}

/// Writes a classic capture; each packet comes 10 ms after the one before it.
public struct SpokenCapture {
    /// One end of a connection.
    public struct End {
        var address: [UInt8]
        var port: UInt16
        var sequence: UInt32
    }

    /// One connection.
    public struct Line {
        var client: End
        var server: End
    }

    /// The file: magic, version 2.4, snap length, LINKTYPE_RAW.
    public private(set) var bytes: [UInt8] =
        big(UInt32(0xA1B2_C3D4)) + big(UInt16(2)) + big(UInt16(4)) + big(UInt64(0)) + big(UInt32(65_535))
        + big(UInt32(101))
    private var packets: UInt32 = 0

    /// A capture without packets.
    public init() {}

    /// Opens a connection of the device 10.0.0.1.
    public mutating func open(from port: UInt16, to serverPort: UInt16) -> Line {
        var line = Line(
            client: End(address: [10, 0, 0, 1], port: port, sequence: 1_000),
            server: End(address: [10, 0, 0, 2], port: serverPort, sequence: 9_000)
        )
        add(&line.client, line.server, 0x02)
        add(&line.server, line.client, 0x12)
        return line
    }

    /// The client speaks.
    public mutating func ask(_ line: inout Line, _ text: some Sequence<UInt8>) {
        add(&line.client, line.server, 0x18, Array(text))
    }

    /// The server speaks.
    public mutating func answer(_ line: inout Line, _ text: some Sequence<UInt8>) {
        add(&line.server, line.client, 0x18, Array(text))
    }

    /// Both sides end.
    public mutating func close(_ line: inout Line) {
        add(&line.server, line.client, 0x11)
        add(&line.client, line.server, 0x11)
    }

    /// The device asks for a connection and is refused it.
    public mutating func refuse(from port: UInt16, to serverPort: UInt16) {
        var client = End(address: [10, 0, 0, 1], port: port, sequence: 1_000)
        var server = End(address: [10, 0, 0, 2], port: serverPort, sequence: 0)
        add(&client, server, 0x02)
        add(&server, client, 0x14)
    }

    /// The device asks 10.0.0.53 for the address of a name, and is answered with a code or 10.0.0.2 (RFC 1035 §4).
    public mutating func lookUp(_ name: String, code: UInt8?) {
        let labels = name.split(separator: ".").flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) }
        let question = labels + [0, 0, 1, 0, 1]
        let device = (address: [10, 0, 0, 1] as [UInt8], port: UInt16(30_000))
        let resolver = (address: [10, 0, 0, 53] as [UInt8], port: UInt16(53))
        ask(device, resolver, [0, 7, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0] + question)
        let record: [UInt8] = code == nil ? [0xC0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 10, 0, 0, 2] : []
        let head = [0, 7, 0x81, 0x80 | (code ?? 0), 0, 1, 0, code == nil ? 1 : 0, 0, 0, 0, 0]
        ask(resolver, device, head + question + record)
    }

    /// One datagram.
    private mutating func ask(
        _ from: (address: [UInt8], port: UInt16),
        _ to: (address: [UInt8], port: UInt16),
        _ message: [UInt8]
    ) {
        let udp = big(from.port) + big(to.port) + big(UInt16(8 + message.count)) + [0, 0] + message
        add(from.address, to.address, transport: 17, udp)
    }

    private mutating func add(_ from: inout End, _ to: End, _ flags: UInt8, _ payload: [UInt8] = []) {
        let tcp =
            big(from.port) + big(to.port) + big(from.sequence) + big(to.sequence) + [0x50, flags]
            + big(UInt16(65_535)) + [0, 0, 0, 0] + payload
        add(from.address, to.address, transport: 6, tcp)
        from.sequence &+= UInt32(payload.count) + (flags & 0x03 == 0 ? 0 : 1)
    }

    private mutating func add(_ from: [UInt8], _ to: [UInt8], transport: UInt8, _ content: [UInt8]) {
        let head = [0x45, 0] + big(UInt16(20 + content.count)) + [0, 0, 0, 0, 64, transport, 0, 0]
        let packet = head + from + to + content
        let length = UInt32(packet.count)
        bytes += big(1_700_000_000 + packets / 100) + big(packets % 100 * 10_000) + big(length) + big(length)
        bytes += packet
        packets += 1
    }
}
