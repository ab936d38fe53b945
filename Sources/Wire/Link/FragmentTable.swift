// Joins IP fragments. RFC 791 §3.2, RFC 8200 §4.5, RFC 5722.

import OrderedCollections
import Traffic

/// IP datagrams of which some fragments have been seen.
///
/// Bounded in number, and each in bytes and age; the oldest is given up first.
struct FragmentTable: Sendable {
    private struct Key: Hashable {
        var source: IPAddress
        var destination: IPAddress
        var identification: UInt32
        var transport: UInt8
        var vlan: UInt64
    }

    /// A datagram whose fragments have all come.
    struct Joined {
        /// Its header, the payload's place being in ``bytes``.
        var datagram: Datagram
        /// The payload.
        var bytes: [UInt8]
    }

    /// How long a datagram may be incomplete. RFC 8200 §4.5
    private static let longestWait = Duration.seconds(60)

    private var partial: OrderedDictionary<Key, FragmentedPayload> = [:]
    private var abandoned: Int64 = 0

    /// Takes one fragment.
    ///
    /// - Parameters:
    ///   - fragment: Where it belongs.
    ///   - datagram: The packet that it came in.
    ///   - bytes: The frame that the packet lies in.
    ///   - timestamp: When it was captured.
    ///   - limit: The most datagrams that may be incomplete.
    /// - Returns: The whole datagram, when this fragment completes it.
    /// - Throws: `.truncated` for a fragment that the snap length cut, `.malformed` for one that contradicts others or
    ///   reaches beyond the largest datagram.
    mutating func receive(
        _ fragment: Datagram.Fragment,
        of datagram: Datagram,
        bytes: RawSpan,
        at timestamp: Timestamp,
        limit: Int
    ) throws(WireError) -> Joined? {
        giveUp(before: timestamp.advanced(by: .zero - Self.longestWait))
        let start = datagram.payload.lowerBound
        guard datagram.payload.count == datagram.payloadLength else {
            throw .truncated(needed: datagram.payloadLength, at: start)
        }
        let isIPv4 = datagram.source.isIPv4
        let key = Key(
            source: datagram.source,
            destination: datagram.destination,
            identification: fragment.identification,
            // In IPv6 the first fragment alone says what is carried.
            transport: isIPv4 ? datagram.transport : 0,
            vlan: datagram.vlan
        )
        let empty = FragmentedPayload(at: timestamp, allowsOverlap: isIPv4)
        let isTaken = partial[key, default: empty].insert(
            bytes.extracting(datagram.payload),
            of: fragment,
            transport: datagram.transport
        )
        guard isTaken else { throw .malformed(at: start) }
        guard partial[key]?.isComplete == true, let whole = partial.removeValue(forKey: key) else {
            if partial.count > max(1, limit) { giveUpOldest() }
            return nil
        }
        return Joined(
            datagram: try datagram.joined(whole.bytes.rawSpan, transport: whole.transport),
            bytes: whole.bytes
        )
    }

    /// Gives up everything that is incomplete.
    mutating func giveUpAll() {
        while !partial.isEmpty { giveUpOldest() }
    }

    /// Fragments of datagrams that were given up since the last call.
    mutating func takeAbandoned() -> Int64 {
        defer { abandoned = 0 }
        return abandoned
    }

    private mutating func giveUp(before time: Timestamp) {
        while let oldest = partial.values.first, oldest.at < time { giveUpOldest() }
    }

    private mutating func giveUpOldest() {
        abandoned += partial.removeFirst().value.count
    }
}
