// A conversation in segments of any size gives what it gives in whole turns.

import Traffic
import Wire

/// Feeds records as turns of a connection's two sides, once whole and once cut into segments, and compares.
///
/// Bit 0 of `how` chooses the side; the others and `when` choose the cuts. The clock moves between turns only, so that
/// times compare too. The first record's `when` chooses how the connection begins and ends.
enum SplittingCheck {
    /// Where a turn may be cut.
    enum Cuts {
        /// Between any two bytes.
        case anywhere
        /// Not before a capital letter, and not in a turn's first bytes: where HTTP lost its place, it looks for a
        /// message at the beginning of segments (RFC 9112 has no other mark), so that other segments find others.
        case insideLines
    }

    /// Largest segment.
    private static let largest = 60_000

    static func check(_ input: [UInt8], cuts: Cuts) throws(Finding) {
        let turns = ScriptRecord.divide(input)
        guard let first = turns.first else { return }
        let isWhole = first.when & 1 == 0
        let (witness, losses) = try play(turns, isWhole: isWhole, ending: first.when >> 1) { [$0.bytes] }
        let (other, otherLosses) = try play(turns, isWhole: isWhole, ending: first.when >> 1) {
            cut($0, cuts)
        }
        // A stream entered midway is recognised by its first segments, and so is one that lost its place in a frame.
        guard isWhole, cuts == .anywhere || (losses == Losses() && otherLosses == Losses()) else { return }
        try compare(readable(witness), readable(other), "control packets")
        try compare(witness.exchanges, other.exchanges, "exchanges")
    }

    private static func compare<Note: Equatable>(_ whole: [Note], _ cut: [Note], _ what: String)
        throws(Finding)
    {
        try require(whole == cut, "\(what) depend on the segments:\n\(whole)\nin whole turns,\n\(cut)\ncut")
    }

    private static func play(
        _ turns: [ScriptRecord],
        isWhole: Bool,
        ending: UInt8,
        segments: (ScriptRecord) -> [ArraySlice<UInt8>]
    ) throws(Finding) -> (Witness, Losses) {
        var player = StreamPlayer()
        var offsets = (client: 0, server: 0)
        if isWhole { player.open() }
        for turn in turns {
            player.tick()
            for segment in segments(turn) {
                for part in parts(of: segment) {
                    if turn.how & 1 == 0 {
                        player.send(.client, at: offsets.client, part)
                        offsets.client += part.count
                    } else {
                        player.send(.server, at: offsets.server, part)
                        offsets.server += part.count
                    }
                }
            }
        }
        end(&player, offsets, ending)
        player.finish()
        if let finding = player.witness.finding { throw finding }
        return (player.witness, player.losses)
    }

    private static func end(
        _ player: inout StreamPlayer,
        _ offsets: (client: Int, server: Int),
        _ ending: UInt8
    ) {
        player.tick()
        let fin = StreamPlayer.Flag.fin | StreamPlayer.Flag.acknowledgment
        switch ending % 4 {
        case 0: break
        case 1: player.send(.server, at: offsets.server, [], flags: fin)
        case 2: player.send(.client, at: offsets.client, [], flags: StreamPlayer.Flag.reset)
        default:
            player.send(.client, at: offsets.client, [], flags: fin)
            player.send(.server, at: offsets.server, [], flags: fin)
        }
    }

    private static func parts(of bytes: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
        stride(from: bytes.startIndex, to: bytes.endIndex, by: largest).map {
            bytes[$0..<min(bytes.endIndex, $0 + largest)]
        }
    }

    private static func cut(_ turn: ScriptRecord, _ cuts: Cuts) -> [ArraySlice<UInt8>] {
        var random = SplitMix(seed: UInt64(turn.how) << 8 | UInt64(turn.when))
        // From single bytes to most of a turn.
        let span = UInt64(1) << (turn.how >> 1 & 7)
        var segments: [ArraySlice<UInt8>] = []
        var start = turn.bytes.startIndex
        while start < turn.bytes.endIndex {
            var end = min(turn.bytes.endIndex, start + 1 + Int(random.next() % span))
            if cuts == .insideLines {
                end = max(end, min(turn.bytes.endIndex, turn.bytes.startIndex + 16))
                while end < turn.bytes.endIndex, (0x41...0x5A).contains(turn.bytes[end]) { end += 1 }
            }
            segments.append(turn.bytes[start..<end])
            start = end
        }
        return segments
    }

    /// The packets up to the first that cannot be read: behind it MQTT looks for a packet at the beginning of segments,
    /// so that other segments find others, and with them perhaps another version.
    private static func readable(_ witness: Witness) -> [Witness.PacketNote] {
        Array(witness.packets.prefix { !$0.packet.isMalformed })
    }
}
