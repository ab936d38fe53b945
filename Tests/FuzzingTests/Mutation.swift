// Seeded changes to bytes and to packet sequences.

import Fuzzing
import Traffic

/// A captured packet.
struct CapturedPacket {
    var header: PacketHeader
    var bytes: [UInt8]
}

/// What may happen to bytes and to captures.
enum Mutation {
    /// Bytes with up to eight changes: replaced, inserted, removed, or a run said twice.
    static func bytes(of original: [UInt8], using random: inout SplitMix) -> [UInt8] {
        var bytes = original
        for _ in 0..<Int.random(in: 1...8, using: &random) where !bytes.isEmpty {
            let index = Int.random(in: bytes.indices, using: &random)
            let end = min(bytes.count, index + Int.random(in: 1...9, using: &random))
            switch Int.random(in: 0..<4, using: &random) {
            case 0: bytes[index] = .random(in: .min ... .max, using: &random)
            case 1: bytes.insert(.random(in: .min ... .max, using: &random), at: index)
            case 2: bytes.removeSubrange(index..<end)
            default: bytes.insert(contentsOf: bytes[index..<end], at: index)
            }
        }
        return bytes
    }

    /// Packets with about one change in ten: other bytes, cut, lost, twice, out of order, at another time.
    static func packets(of original: [CapturedPacket], using random: inout SplitMix) -> [CapturedPacket] {
        var packets = original
        for _ in 0..<max(1, packets.count / 10) {
            let index = Int.random(in: packets.indices, using: &random)
            switch Int.random(in: 0..<6, using: &random) {
            case 0: packets[index].bytes = bytes(of: packets[index].bytes, using: &random)
            case 1:
                packets[index].bytes = Array(
                    packets[index].bytes.prefix(Int.random(in: 0...80, using: &random))
                )
            case 2: packets[index].bytes = []
            case 3: packets.insert(packets[index], at: Int.random(in: packets.indices, using: &random))
            case 4: packets.swapAt(index, max(0, index - Int.random(in: 1...5, using: &random)))
            default:
                let jump = Duration.seconds(Int64.random(in: -90_000...90_000, using: &random))
                packets[index].header.at = packets[index].header.at.advanced(by: jump)
            }
        }
        return packets
    }
}
