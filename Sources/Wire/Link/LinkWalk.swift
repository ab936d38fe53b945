// Steps from header to header between the link and IP. IEEE 802.1Q, 802.1ad, 802.1ah, 802.1BR; RFC 3032, 2516, 1661.

/// A place in a frame, and the type of what begins there.
struct LinkWalk {
    /// The EtherType of PPPoE session frames.
    static let pppoeSession: UInt16 = 0x8864
    /// Any value that an IEEE 802.3 length can have: what follows is LLC.
    static let logicalLink: UInt16 = 0
    /// A type that nothing of ours has.
    private static let other: UInt16 = 0xFFFF
    private static let ipv4: UInt16 = 0x0800
    private static let ipv6: UInt16 = 0x86DD
    private static let mpls: UInt16 = 0x8847
    /// An Ethernet frame inside another one (transparent bridging).
    static let ethernet: UInt16 = 0x6558
    /// Headers that may be nested; more are an attack on the reader's time.
    private static let mostHeaders = 32

    /// The EtherType.
    var type: UInt16
    /// Where what is of that type begins.
    var offset: Int
    /// The VLAN ids passed so far; ``LinkFrame/vlan``.
    var vlan: UInt64 = 0

    /// Walks up to the IP header; `nil` when something else is carried.
    @inline(__always)
    func network(_ bytes: RawSpan) throws(WireError) -> LinkFrame? {
        if type == Self.ipv4 || type == Self.ipv6 { return LinkFrame(offset: offset, vlan: vlan) }
        return try walked(bytes)
    }

    private func walked(_ bytes: RawSpan) throws(WireError) -> LinkFrame? {
        var walk = self
        for _ in 0..<Self.mostHeaders {
            switch walk.type {
            case Self.ipv4, Self.ipv6: return LinkFrame(offset: walk.offset, vlan: walk.vlan)
            case Self.other: return nil
            default: try walk.step(bytes)
            }
        }
        throw .malformed(at: walk.offset)
    }

    private mutating func step(_ bytes: RawSpan) throws(WireError) {
        switch type {
        // 802.1Q, 802.1ad, and what was used before it.
        case 0x8100, 0x88A8, 0x9100, 0x9200, 0x9300:
            try bytes.require(4, at: offset)
            vlan = vlan << 12 | UInt64(bytes.uint16(at: offset) & 0xFFF)
            try move(2, bytes)
        case Self.mpls, 0x8848: try stepOverLabels(bytes)
        case Self.pppoeSession:
            try bytes.require(6, at: offset)
            // Version 1, type 1, code 0: data. RFC 2516 §4
            guard bytes.uint16(at: offset) == 0x1100 else { return type = Self.other }
            self = try Self.ppp(bytes, at: offset + 6, vlan: vlan)
        case 0x8926: try move(4, bytes)  // VN-tag
        case 0x893F: try move(6, bytes)  // E-tag, 802.1BR §7.5
        case 0x88E7: try move(16, bytes)  // I-tag and the customer's addresses, 802.1ah
        case Self.ethernet: try move(12, bytes)
        case ...1_500: try stepOverLogicalLink(bytes)
        default: type = Self.other
        }
    }

    /// Steps over a header that ends with an EtherType `distance` bytes ahead.
    private mutating func move(_ distance: Int, _ bytes: RawSpan) throws(WireError) {
        try bytes.require(distance + 2, at: offset)
        type = bytes.uint16(at: offset + distance)
        offset += distance + 2
    }

    /// LLC, with SNAP or without. RFC 1042, IEEE 802.2, 802.1H
    private mutating func stepOverLogicalLink(_ bytes: RawSpan) throws(WireError) {
        try bytes.require(3, at: offset)
        switch (bytes.uint16(at: offset), bytes.byte(at: offset + 2)) {
        case (0xAAAA, 0x03):
            try bytes.require(8, at: offset)
            let organization = bytes.uint32(at: offset + 2) & 0xFF_FFFF
            try move(6, bytes)
            // A length would be no EtherType: SNAP does not nest.
            if organization != 0 && organization != 0xF8 || type <= 1_500 { type = Self.other }
        case (0x0606, 0x03):
            (type, offset) = (Self.ipv4, offset + 3)
        default:
            type = Self.other
        }
    }

    /// The label stack, whose payload has no type: IP shows by its version, Ethernet by a control word (RFC 4385 §3).
    private mutating func stepOverLabels(_ bytes: RawSpan) throws(WireError) {
        for _ in 0..<Self.mostHeaders {
            try bytes.require(5, at: offset)
            let isLast = bytes.byte(at: offset + 2) & 1 == 1
            offset += 4
            guard isLast else { continue }
            switch bytes.byte(at: offset) >> 4 {
            case 4: type = Self.ipv4
            case 6: type = Self.ipv6
            case 0: (type, offset) = (Self.ethernet, offset + 4)
            default: type = Self.other
            }
            return
        }
        throw .malformed(at: offset)
    }
}

// MARK: - PPP

extension LinkWalk {
    /// Reads PPP's protocol, behind address and control fields or without them. RFC 1661 §2, RFC 1662 §3.1
    static func ppp(_ bytes: RawSpan, at start: Int, vlan: UInt64 = 0) throws(WireError) -> LinkWalk {
        try bytes.require(2, at: start)
        var offset = start
        switch bytes.uint16(at: start) {
        case 0xFF03: offset += 2
        // Cisco's HDLC, unicast or broadcast, on a link that may carry either.
        case 0x0F00, 0x8F00:
            try bytes.require(4, at: start)
            return LinkWalk(type: bytes.uint16(at: start + 2), offset: start + 4, vlan: vlan)
        default: break
        }
        try bytes.require(2, at: offset)
        // Odd: the protocol's first byte was left out, §6.5.
        let isCompressed = bytes.byte(at: offset) & 1 == 1
        let number = isCompressed ? UInt16(bytes.byte(at: offset)) : bytes.uint16(at: offset)
        offset += isCompressed ? 1 : 2
        return LinkWalk(type: try etherType(ppp: number, at: offset), offset: offset, vlan: vlan)
    }

    private static func etherType(ppp number: UInt16, at offset: Int) throws(WireError) -> UInt16 {
        switch number {
        case 0x0021: ipv4
        case 0x0057: ipv6
        case 0x0281: mpls
        // Compressed TCP, multilink, encrypted, compressed: IP that is not read.
        case 0x002D, 0x002F, 0x003D, 0x0053, 0x00FD: throw .unsupportedLink
        default: other
        }
    }
}
