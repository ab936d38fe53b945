// A stream in any order, with any copies, in fragments, gives what it gives in order.

import Traffic
import Wire

/// Sends a fixed MQTT stream in pieces that the input chooses, then what is still missing, and compares.
enum ReorderingCheck {
    /// CONNECT and PUBLISHes of many lengths, each with its number in it.
    static let stream: [UInt8] = {
        var bytes: [UInt8] = [0x10, 15, 0, 4, 0x4D, 0x51, 0x54, 0x54, 4, 2, 0, 60, 0, 3, 0x64, 0x65, 0x76]
        for number in 0..<40 {
            let payload = [UInt8](repeating: UInt8(number), count: number * number % 97)
            bytes += [0x30, UInt8(payload.count + 5), 0, 3, 0x61, 0x2F, UInt8(0x30 + number)] + payload
        }
        return bytes
    }()

    /// What the stream gives in order.
    private static let expected = try? play(initialSequence: 1_000) { player in
        player.send(.client, at: 0, stream[...])
    }.packets

    static func check(_ input: [UInt8]) throws(Finding) {
        let sequence = input.prefix(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        let found = try play(initialSequence: sequence) { player in
            for (offset, length, how) in pieces(input.dropFirst(4)) {
                let piece = stream[offset..<min(stream.count, offset + length)]
                let fragmentSize = how & 1 == 0 ? nil : 8 + Int(how >> 1 & 0x3) * 8
                player.send(.client, at: offset, piece, fragmentSize: fragmentSize)
                if how & 0x80 != 0 { player.open() }
            }
            player.send(.client, at: 0, stream[...])
        }
        try require(found.packets == expected, "\(found.packets.count) packets depend on the order")
    }

    /// Offset, length and manner of each piece: four bytes of the input each.
    private static func pieces(_ input: ArraySlice<UInt8>) -> [(Int, Int, UInt8)] {
        stride(from: input.startIndex, to: input.endIndex - 3, by: 4).map { index in
            let offset = Int(input[index]) << 8 | Int(input[index + 1])
            return (offset % stream.count, 1 + Int(input[index + 2]), input[index + 3])
        }
    }

    private static func play(
        initialSequence: UInt32,
        _ pieces: (inout StreamPlayer) -> Void
    ) throws(Finding) -> Witness {
        var player = StreamPlayer(initialSequence: initialSequence)
        player.open()
        pieces(&player)
        let fin = StreamPlayer.Flag.fin | StreamPlayer.Flag.acknowledgment
        player.send(.client, at: stream.count, [], flags: fin)
        player.send(.server, at: 0, [], flags: fin)
        try require(player.losses == Losses(), "a whole stream has losses: \(player.losses)")
        player.finish()
        if let finding = player.witness.finding { throw finding }
        return player.witness
    }
}
