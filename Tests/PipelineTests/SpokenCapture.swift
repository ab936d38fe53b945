// A capture made of bytes: TCP connections over raw IPv4, both sides speaking.

import Foundation

/// A number in network order.
private func big(_ number: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: number.bigEndian) { Array($0) }
}

/// Writes a classic capture; each packet comes 10 ms after the one before it.
struct SpokenCapture {
    /// One end of a connection.
    struct End {
        var address: [UInt8]
        var port: UInt16
        var sequence: UInt32
    }

    /// One connection.
    struct Line {
        var client: End
        var server: End
    }

    /// The file: magic, version 2.4, snap length, LINKTYPE_RAW.
    private(set) var bytes: [UInt8] =
        big(UInt32(0xA1B2_C3D4)) + big(UInt16(2)) + big(UInt16(4)) + big(UInt64(0)) + big(UInt32(65_535))
        + big(UInt32(101))
    private var packets: UInt32 = 0

    /// Opens a connection of the device 10.0.0.1.
    mutating func open(from port: UInt16, to serverPort: UInt16) -> Line {
        var line = Line(
            client: End(address: [10, 0, 0, 1], port: port, sequence: 1_000),
            server: End(address: [10, 0, 0, 2], port: serverPort, sequence: 9_000)
        )
        add(&line.client, line.server, 0x02)
        add(&line.server, line.client, 0x12)
        return line
    }

    /// The client speaks.
    mutating func ask(_ line: inout Line, _ text: some Sequence<UInt8>) {
        add(&line.client, line.server, 0x18, Array(text))
    }

    /// The server speaks.
    mutating func answer(_ line: inout Line, _ text: some Sequence<UInt8>) {
        add(&line.server, line.client, 0x18, Array(text))
    }

    /// Both sides end.
    mutating func close(_ line: inout Line) {
        add(&line.server, line.client, 0x11)
        add(&line.client, line.server, 0x11)
    }

    private mutating func add(_ from: inout End, _ to: End, _ flags: UInt8, _ payload: [UInt8] = []) {
        let tcp =
            big(from.port) + big(to.port) + big(from.sequence) + big(to.sequence) + [0x50, flags]
            + big(UInt16(65_535)) + [0, 0, 0, 0] + payload
        let head = [0x45, 0] + big(UInt16(20 + tcp.count)) + [0, 0, 0, 0, 64, 6, 0, 0]
        let packet = head + from.address + to.address + tcp
        let length = UInt32(packet.count)
        bytes += big(1_700_000_000 + packets / 100) + big(packets % 100 * 10_000) + big(length) + big(length)
        bytes += packet
        packets += 1
        from.sequence &+= UInt32(payload.count) + (flags & 0x03 == 0 ? 0 : 1)
    }
}
