// Writes the frames of one TCP connection: Ethernet II, IPv4 (RFC 791), TCP (RFC 9293).

/// One TCP connection whose frames are written as both sides speak.
///
/// Lengths, sequence and acknowledgement numbers are right; checksums are 0, as a capture on a sending machine with
/// checksum offload has them.
struct TCPFlow {
    /// One of the two ends.
    enum Side {
        case client, server
    }

    /// Control bits, RFC 9293 §3.1.
    struct Flags: OptionSet {
        let rawValue: UInt8
        static let fin = Flags(rawValue: 0x01)
        static let syn = Flags(rawValue: 0x02)
        static let push = Flags(rawValue: 0x08)
        static let ack = Flags(rawValue: 0x10)
    }

    /// IPv4 address and TCP port of one end, and the sequence number that its next byte has.
    struct End {
        let address: UInt32
        let port: UInt16
        var sequence: UInt32
    }

    /// Bytes of TCP payload in the largest segment: 1500 less the two headers.
    private static let largestSegment = 1_460
    private static let ethernetHead: [UInt8] = [2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 0x08, 0x00]
    private static let headerLength = 40

    private var client: End
    private var server: End

    /// A connection that no packet has gone over yet.
    init(client: End, server: End) {
        self.client = client
        self.server = server
    }

    /// The three packets of the handshake.
    mutating func open(into batch: inout PacketBatch) {
        frame(from: .client, [.syn], [], into: &batch)
        frame(from: .server, [.syn, .ack], [], into: &batch)
        frame(from: .client, [.ack], [], into: &batch)
    }

    /// The first packet of a handshake that nobody answers.
    mutating func knock(into batch: inout PacketBatch) {
        frame(from: .client, [.syn], [], into: &batch)
    }

    /// Sends bytes in segments; the other side acknowledges each.
    mutating func send(_ bytes: [UInt8], from side: Side, into batch: inout PacketBatch) {
        var rest = bytes[...]
        while !rest.isEmpty {
            frame(from: side, [.push, .ack], rest.prefix(Self.largestSegment), into: &batch)
            frame(from: side == .client ? .server : .client, [.ack], [], into: &batch)
            rest = rest.dropFirst(Self.largestSegment)
        }
    }

    /// Ends the connection in order, `side` first.
    mutating func close(from side: Side, into batch: inout PacketBatch) {
        frame(from: side, [.fin, .ack], [], into: &batch)
        frame(from: side == .client ? .server : .client, [.fin, .ack], [], into: &batch)
        frame(from: side, [.ack], [], into: &batch)
    }

    /// Writes one frame; SYN and FIN count as one byte of the stream. RFC 9293 §3.4
    private mutating func frame(
        from side: Side,
        _ flags: Flags,
        _ payload: ArraySlice<UInt8>,
        into batch: inout PacketBatch
    ) {
        let (source, destination) = side == .client ? (client, server) : (server, client)
        batch.append { bytes in
            bytes.append(contentsOf: Self.ethernetHead)
            // Version and length of the head, type of service; total length; id; don't fragment; 64 hops; TCP.
            bytes.append(contentsOf: [0x45, 0])
            bytes.appendBigEndian(UInt16(Self.headerLength + payload.count))
            bytes.append(contentsOf: [0, 0, 0x40, 0, 64, 6, 0, 0])
            bytes.appendBigEndian(source.address)
            bytes.appendBigEndian(destination.address)
            bytes.appendBigEndian(source.port)
            bytes.appendBigEndian(destination.port)
            bytes.appendBigEndian(source.sequence)
            bytes.appendBigEndian(flags.contains(.ack) ? destination.sequence : 0)
            // Head of five words; flags; window 64240; checksum; urgent pointer.
            bytes.append(contentsOf: [0x50, flags.rawValue, 0xFA, 0xF0, 0, 0, 0, 0])
            bytes.append(contentsOf: payload)
        }
        let taken = UInt32(payload.count) + (flags.isDisjoint(with: [.syn, .fin]) ? 0 : 1)
        if side == .client { client.sequence &+= taken } else { server.sequence &+= taken }
    }
}

extension [UInt8] {
    /// Appends an integer in network order.
    mutating func appendBigEndian(_ number: some FixedWidthInteger) {
        unsafe Swift.withUnsafeBytes(of: number.bigEndian) { unsafe append(contentsOf: $0) }
    }
}
