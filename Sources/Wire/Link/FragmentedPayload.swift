// The payload of one IP datagram, as its fragments come in. RFC 815's idea, with a bit for each unit of eight bytes.

import Traffic

/// What is there of a datagram's payload; where copies overlap, the one that came last counts (RFC 791 §3.2).
struct FragmentedPayload: Sendable {
    /// Largest payload that an IP packet can have.
    private static let largestPayload = 65_535
    /// Offsets count in units of eight bytes.
    private static let unit = 8

    /// The bytes, with zeros where none have come.
    private(set) var bytes: [UInt8] = []
    /// What the first fragment says is carried.
    private(set) var transport: UInt8 = 0
    /// Fragments taken.
    private(set) var count: Int64 = 0
    /// When the first of them was captured.
    let at: Timestamp

    private let allowsOverlap: Bool
    private var isRefused = false
    private var length: Int?
    private var present: [UInt64] = []
    private var presentUnits = 0

    /// A payload of which nothing has come.
    ///
    /// - Parameters:
    ///   - at: When its first fragment was captured.
    ///   - allowsOverlap: IPv6 refuses a datagram whose fragments overlap (RFC 5722 §4), IPv4 does not.
    init(at: Timestamp, allowsOverlap: Bool) {
        self.at = at
        self.allowsOverlap = allowsOverlap
    }

    /// Whether all bytes are there.
    var isComplete: Bool {
        guard let length, !isRefused else { return false }
        return presentUnits == (length + Self.unit - 1) / Self.unit
    }

    /// Takes a fragment's bytes; `false` when they contradict what is known.
    mutating func insert(_ piece: RawSpan, of fragment: Datagram.Fragment, transport: UInt8) -> Bool {
        let end = fragment.offset + piece.byteCount
        guard !isRefused, end <= Self.largestPayload, fits(piece, fragment, end) else { return false }
        if fragment.isLast { length = end }
        if fragment.offset == 0 { self.transport = transport }
        count += 1
        if bytes.count < end { bytes += [UInt8](repeating: 0, count: end - bytes.count) }
        for index in 0..<piece.byteCount { bytes[fragment.offset + index] = piece.byte(at: index) }
        for unit in fragment.offset / Self.unit..<(end + Self.unit - 1) / Self.unit { mark(unit) }
        return true
    }

    private mutating func fits(_ piece: RawSpan, _ fragment: Datagram.Fragment, _ end: Int) -> Bool {
        // All but the last one are whole units; none reaches beyond the last one.
        guard fragment.isLast || piece.byteCount % Self.unit == 0 && piece.byteCount > 0 else { return false }
        if let length, fragment.isLast ? end != length : end > length { return false }
        if fragment.isLast, bytes.count > end { return false }
        guard allowsOverlap || !overlaps(piece, fragment.offset) else {
            isRefused = true
            return false
        }
        return true
    }

    /// Whether some of the bytes are there already and others are not, or are others.
    private func overlaps(_ piece: RawSpan, _ start: Int) -> Bool {
        let units = start / Self.unit..<(start + piece.byteCount + Self.unit - 1) / Self.unit
        let known = units.count { isPresent($0) }
        guard known > 0 else { return false }
        guard known == units.count else { return true }
        for index in 0..<piece.byteCount where bytes[start + index] != piece.byte(at: index) { return true }
        return false
    }

    private func isPresent(_ unit: Int) -> Bool {
        unit >> 6 < present.count && present[unit >> 6] >> UInt64(unit & 63) & 1 == 1
    }

    private mutating func mark(_ unit: Int) {
        guard !isPresent(unit) else { return }
        while present.count <= unit >> 6 { present.append(0) }
        present[unit >> 6] |= 1 << UInt64(unit & 63)
        presentUnits += 1
    }
}
