// Plays a TCP connection into a decoder: raw IPv4, whole headers, any segments.

import Traffic
import Wire

/// One TCP connection between two fixed ends.
struct StreamPlayer: ~Copyable {
    /// TCP's flags by their bits (RFC 9293 §3.1).
    enum Flag {
        static let fin: UInt8 = 0x01
        static let syn: UInt8 = 0x02
        static let reset: UInt8 = 0x04
        static let acknowledgment: UInt8 = 0x10
    }

    /// Sends as the client, or as the server.
    enum Sender { case client, server }

    private(set) var witness = Witness()
    private var decoder = WireDecoder()
    private var now = Timestamp(seconds: 1_800_000_000)
    private var identification: UInt16 = 0
    private let initialSequence: UInt32

    init(initialSequence: UInt32 = 1_000) {
        self.initialSequence = initialSequence
    }

    /// What was lost.
    var losses: Losses { decoder.losses }

    /// Opens the connection, as both sides.
    mutating func open() {
        send(.client, at: -1, [], flags: Flag.syn)
        send(.server, at: -1, [], flags: Flag.syn | Flag.acknowledgment)
        send(.client, at: 0, [])
    }

    /// Lets a millisecond pass.
    mutating func tick() { now = now.advanced(by: .milliseconds(1)) }

    /// Sends a segment whose first byte stands at an offset of the sender's stream.
    ///
    /// With a fragment size, a multiple of 8, it travels in IP fragments, the last one first.
    mutating func send(
        _ sender: Sender,
        at offset: Int,
        _ bytes: ArraySlice<UInt8>,
        flags: UInt8 = Flag.acknowledgment,
        fragmentSize: Int? = nil
    ) {
        let ports: [UInt8] = sender == .client ? [0x9C, 0x40, 0x20, 0xFB] : [0x20, 0xFB, 0x9C, 0x40]
        let sequence = initialSequence &+ UInt32(truncatingIfNeeded: offset)
        // Acknowledgments play no part here: each confirms what precedes the first byte.
        let acknowledgment = flags & Flag.acknowledgment == 0 ? 0 : initialSequence
        var segment = ports
        segment.reserveCapacity(20 + bytes.count)
        Self.append(sequence, to: &segment)
        Self.append(acknowledgment, to: &segment)
        segment += [0x50, flags, 0x20, 0, 0, 0, 0, 0]
        segment += bytes
        identification &+= 1
        guard let fragmentSize, segment.count > fragmentSize else {
            return capture(segment[...], sender, field: 0)
        }
        for start in stride(from: 0, to: segment.count, by: fragmentSize).reversed() {
            let end = min(segment.count, start + fragmentSize)
            capture(
                segment[start..<end],
                sender,
                field: UInt16(start / 8) | (end < segment.count ? 0x2000 : 0)
            )
        }
    }

    /// Ends the capture.
    mutating func finish() {
        decoder.finish(at: now, into: &witness)
        witness.captureEnded(decoder.losses)
    }

    private mutating func capture(_ payload: ArraySlice<UInt8>, _ sender: Sender, field: UInt16) {
        let ends: [UInt8] = sender == .client ? [10, 0, 0, 1, 10, 0, 0, 2] : [10, 0, 0, 2, 10, 0, 0, 1]
        var packet: [UInt8] = [0x45, 0]
        packet.reserveCapacity(20 + payload.count)
        Self.append(UInt16(payload.count + 20), to: &packet)
        Self.append(identification, to: &packet)
        Self.append(field, to: &packet)
        packet += [64, 6, 0, 0]
        packet += ends
        packet += payload
        witness.packetArrives(at: now)
        let header = PacketHeader(at: now, linkType: .raw, originalLength: packet.count)
        decoder.receive(packet.span.bytes, header: header, into: &witness)
    }

    private static func append(_ number: some FixedWidthInteger, to bytes: inout [UInt8]) {
        for shift in stride(from: number.bitWidth - 8, through: 0, by: -8) {
            bytes.append(UInt8(truncatingIfNeeded: number >> shift))
        }
    }
}
