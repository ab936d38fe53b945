// The project's captures with seeded damage: decoding never traps, and the books balance.

import Dialects
import Foundation
import Fuzzing
import PacketSources
import TestSupport
import Testing
import Traffic
import Wire

/// Passes everything on to a witness, and has messages read by the dialects.
private struct MessageReader: WireSink {
    let dialects: DialectSet
    var witness = Witness()
    private(set) var messages = 0
    private(set) var reasonless = 0

    init(_ dialects: DialectSet) {
        self.dialects = dialects
    }

    mutating func controlPacket(
        _ packet: ControlPacket,
        frame: RawSpan,
        topic: RawSpan,
        on connection: Connection,
        going direction: Message.Direction,
        at timestamp: Timestamp
    ) {
        witness.controlPacket(
            packet,
            frame: frame,
            topic: topic,
            on: connection,
            going: direction,
            at: timestamp
        )
        guard packet.kind == .publish, !packet.isMalformed else { return }
        messages += 1
        let message = Message(
            recordedAt: timestamp,
            vantage: Vantage(recordingID: 1, connection: connection.number),
            direction: direction,
            topic: topic.withUnsafeBytes { Array($0) },
            payload: Array(frame.withUnsafeBytes { Array($0) }[packet.payload])
        )
        guard let event = dialects.read(message) else { return }
        if event.kind == .unknown, event.reason == nil { reasonless += 1 }
    }

    mutating func connectionOpened(_ connection: Connection) { witness.connectionOpened(connection) }
    mutating func connectionIntroduced(_ connection: Connection) { witness.connectionIntroduced(connection) }
    mutating func connectionClosed(_ connection: Connection) { witness.connectionClosed(connection) }
    mutating func exchangeBegan(_ number: Int, _ exchange: Exchange) {
        witness.exchangeBegan(number, exchange)
    }
    mutating func exchangeAnswered(_ number: Int, _ exchange: Exchange) {
        witness.exchangeAnswered(number, exchange)
    }
    mutating func exchangeBody(_ number: Int, bytes: RawSpan, at timestamp: Timestamp) {
        witness.exchangeBody(number, bytes: bytes, at: timestamp)
    }
    mutating func exchangeEnded(_ number: Int, _ exchange: Exchange) {
        witness.exchangeEnded(number, exchange)
    }
}

private func packets(of capture: URL) throws -> [CapturedPacket] {
    var file = try CaptureFile(path: capture.path)
    var packets: [CapturedPacket] = []
    while try file.next({ header, bytes in
        packets.append(CapturedPacket(header: header, bytes: bytes.withUnsafeBytes { Array($0) }))
    }) {}
    return packets
}

private func read(_ packets: [CapturedPacket], _ dialects: DialectSet) -> (
    reader: MessageReader, losses: Losses
) {
    var reader = MessageReader(dialects)
    var decoder = WireDecoder()
    for packet in packets {
        reader.witness.packetArrives(at: packet.header.at)
        decoder.receive(packet.bytes.span.bytes, header: packet.header, into: &reader)
    }
    let last = packets.map(\.header.at).max() ?? Timestamp(nanoseconds: 0)
    decoder.finish(at: last, into: &reader)
    reader.witness.captureEnded(decoder.losses)
    return (reader, decoder.losses)
}

@Test(arguments: Fixtures.projectCaptures)
func `reads damaged captures to their end with balanced books`(capture: URL) throws {
    let dialects = try DialectSet.builtIn()
    let whole = try packets(of: capture)
    let (sound, losses) = read(whole, dialects)
    #expect(sound.witness.finding == nil)
    #expect(losses == Losses())
    #expect(sound.messages > 0 && sound.witness.exchangeCount > 0)
    var random = SplitMix(seed: UInt64(whole.count))
    var damage = Losses()
    for round in 0..<12 {
        let damaged = Mutation.packets(of: whole, using: &random)
        let (reader, losses) = read(damaged, dialects)
        #expect(reader.witness.finding == nil, "\(capture.lastPathComponent), round \(round)")
        #expect(reader.reasonless == 0)
        // Damage adds no messages but those of packets that were said twice.
        #expect(reader.witness.packetCount <= 2 * sound.witness.packetCount)
        damage.add(losses)
    }
    // What was damaged shows in the counts.
    #expect(damage.undecodablePackets > 0 && damage.gaps > 0 && damage.cutPackets > 0)
}

@Test(arguments: Fixtures.projectCaptures)
func `reads damaged capture files to an end`(capture: URL) throws {
    let bytes = [UInt8](try Data(contentsOf: capture).prefix(20_000))
    var random = SplitMix(seed: 7)
    for round in 0..<12 {
        let damaged = Mutation.bytes(of: bytes, using: &random)
        #expect(throws: Never.self, "round \(round)") { try FuzzTarget.capture.check(damaged) }
    }
}
