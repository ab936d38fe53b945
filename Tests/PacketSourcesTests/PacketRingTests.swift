// The last packets of a capture: by time, within bytes, handed over once.

import PacketSources
import Testing
import Traffic

struct PacketRingTests {
    private func packets(of ring: PacketRing) -> [ReadPacket] {
        var packets: [ReadPacket] = []
        ring.forEach { packets.append(ReadPacket(header: $0, bytes: $1.array)) }
        return packets
    }

    private func packet(_ second: Int, bytes: [UInt8]) -> ReadPacket {
        let at = Timestamp(seconds: Int64(second))
        let header = PacketHeader(at: at, linkType: .ethernet, originalLength: bytes.count)
        return ReadPacket(header: header, bytes: bytes)
    }

    /// Fills a ring with a packet a second.
    private func fill(_ ring: inout PacketRing, _ seconds: Range<Int>, byteCount: Int) -> [ReadPacket] {
        let all = seconds.map { packet($0, bytes: Array(repeating: UInt8($0 % 256), count: byteCount)) }
        for packet in all { ring.append(packet.header, packet.bytes.span.bytes) }
        return all
    }

    @Test func `holds the packets of the time asked for, and hardly more`() {
        var ring = PacketRing(span: .seconds(60), limit: 64 << 10)
        let all = fill(&ring, 0..<1_000, byteCount: 100)
        let held = packets(of: ring)
        #expect(held == all.suffix(held.count))
        #expect((61...80).contains(held.count))
        #expect(ring.count == held.count && ring.startedAt == held.first?.header.at)
        #expect(!ring.isCutShort)
    }

    @Test func `lets the oldest go where memory does not reach, and says so`() {
        var ring = PacketRing(span: .seconds(1_000_000), limit: 64 << 10)
        let all = fill(&ring, 0..<1_000, byteCount: 1_000)
        let held = packets(of: ring)
        #expect(held == all.suffix(held.count))
        #expect((40..<64).contains(held.count))
        #expect(ring.isCutShort)
    }

    @Test func `hands every packet over once`() {
        var ring = PacketRing(span: .seconds(60), limit: 64 << 10)
        let first = fill(&ring, 0..<10, byteCount: 1)
        #expect(packets(of: ring.take()) == first)
        #expect(ring.isEmpty && ring.count == 0 && ring.startedAt == nil)
        let second = fill(&ring, 10..<20, byteCount: 1)
        #expect(packets(of: ring.take()) == second)
    }

    @Test func `holds a packet that is larger than all its memory, and an empty one`() {
        var ring = PacketRing(span: .seconds(60), limit: 1)
        for packet in [packet(1, bytes: []), packet(2, bytes: Array(repeating: 7, count: 65_549))] {
            ring.append(packet.header, packet.bytes.span.bytes)
            #expect(packets(of: ring).last == packet)
        }
    }
}
