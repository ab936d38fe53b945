// Joins IP fragments. RFC 791 §3.2, RFC 8200 §4.5, RFC 5722.

import OrderedCollections
import Traffic

/// IP datagrams of which some fragments have been seen; bounded in number, oldest given up first.
struct FragmentTable: Sendable {
    private struct Key: Hashable {
        var source: IPAddress
        var destination: IPAddress
        var identification: UInt32
        var transport: UInt8
        var vlan: UInt64
    }

    private struct Parts {
        var pieces = SparseBytes()
        var length: Int64?

        /// The joined payload; `nil` while there is a hole in it.
        func joined() -> [UInt8]? {
            guard let length, pieces.isContiguous(to: length) else { return nil }
            var rest = pieces
            var bytes: [UInt8] = []
            while let piece = rest.popFirst() { bytes += piece.bytes }
            return bytes
        }
    }

    /// Largest payload that an IP packet can have.
    private static let largestPayload = 65_535

    private var partial: OrderedDictionary<Key, Parts> = [:]

    /// Takes one fragment.
    ///
    /// - Returns: The datagram's payload, when this fragment completes it.
    /// - Throws: `.malformed` for a fragment that reaches beyond the largest datagram.
    mutating func receive(
        _ fragment: Datagram.Fragment,
        of datagram: Datagram,
        vlan: UInt64,
        bytes: RawSpan,
        at timestamp: Timestamp,
        limit: Int
    ) throws(WireError) -> [UInt8]? {
        let end = fragment.offset + datagram.payload.count
        guard end <= Self.largestPayload else { throw .malformed(at: datagram.payload.lowerBound) }
        let key = Key(
            source: datagram.source,
            destination: datagram.destination,
            identification: fragment.identification,
            transport: datagram.transport,
            vlan: vlan
        )
        var parts = partial.removeValue(forKey: key) ?? Parts()
        parts.pieces.insert(
            bytes.extracting(datagram.payload),
            at: Int64(fragment.offset),
            timestamp: timestamp
        )
        if fragment.isLast { parts.length = Int64(end) }
        if let payload = parts.joined() { return payload }
        partial[key] = parts
        if partial.count > max(1, limit) { partial.removeFirst() }
        return nil
    }
}
