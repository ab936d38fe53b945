// What was taken last under each packet id, by which deliveries that come again are told from new ones.

/// The prints of the last deliveries under each packet id, the latest four of each.
///
/// A broker sends again what it has not seen acknowledged, with DUP, packet id and contents as before. That may be much
/// more than its window: mosquitto 2.0 empties its queue without waiting for acknowledgements, and those that lie unread
/// in its socket when we are killed are lost with the connection. Packet ids come round meanwhile, so that the latest
/// delivery under an id may not be the one that comes again. Four of each are 262 140 deliveries.
struct TakenPrints: Sendable {
    /// Prints under one packet id.
    private static let depth = 4
    /// Most prints there can be.
    static let limit = depth << 16

    /// Four places for each packet id, the latest first; empty until the first is added.
    private var prints: [UInt32] = []
    /// How many of them are taken.
    private var counts: [UInt8] = []
    /// How many prints there are.
    private(set) var count = 0

    /// Whether a delivery was taken with this packet id and these contents.
    func contains(_ print: UInt32, under packetID: UInt16) -> Bool {
        guard count > 0 else { return false }
        let start = Int(packetID) * Self.depth
        return prints[start..<start + Int(counts[Int(packetID)])].contains(print)
    }

    /// Adds the latest delivery under a packet id; the print that had to leave for it.
    @discardableResult
    mutating func add(_ print: UInt32, under packetID: UInt16) -> UInt32? {
        if prints.isEmpty {
            prints = Array(repeating: 0, count: Self.limit)
            counts = Array(repeating: 0, count: Self.limit / Self.depth)
        }
        let start = Int(packetID) * Self.depth
        let isFull = counts[Int(packetID)] == Self.depth
        let oldest = prints[start + Self.depth - 1]
        for place in stride(from: start + Self.depth - 1, to: start, by: -1) {
            prints[place] = prints[place - 1]
        }
        prints[start] = print
        if isFull { return oldest }
        counts[Int(packetID)] += 1
        count += 1
        return nil
    }

    /// A delivery that was added, and the print that had to leave for it.
    struct Addition: Sendable {
        var packetID: UInt16
        var left: UInt32?
    }

    /// Takes back the last additions, which are in order, and puts back what had to leave.
    mutating func takeBack(_ additions: [Addition]) {
        for addition in additions.reversed() { takeBack(addition.packetID, puttingBack: addition.left) }
    }

    private mutating func takeBack(_ packetID: UInt16, puttingBack oldest: UInt32?) {
        let start = Int(packetID) * Self.depth
        for place in start..<start + Self.depth - 1 { prints[place] = prints[place + 1] }
        if let oldest {
            prints[start + Self.depth - 1] = oldest
        } else {
            counts[Int(packetID)] -= 1
            count -= 1
        }
    }

    /// All prints, those of one packet id one behind the other, the latest of it last.
    func forEach(_ body: (UInt16, UInt32) -> Void) {
        guard count > 0 else { return }
        for packetID in 0...UInt16.max where counts[Int(packetID)] > 0 {
            let start = Int(packetID) * Self.depth
            for place in prints[start..<start + Int(counts[Int(packetID)])].reversed() {
                body(packetID, place)
            }
        }
    }
}
