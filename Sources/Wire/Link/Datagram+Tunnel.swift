// IP packets inside IP packets. RFC 2003 (IPv4), RFC 2473 (IPv6), RFC 2784 and 2890 (GRE), RFC 7348 (VXLAN), RFC 8926 (Geneve)

extension Datagram {
    /// Tunnels inside tunnels; more are an attack on the reader's time.
    private static let mostTunnels = 8
    private static let tcp: UInt8 = 6

    /// Steps through tunnels to the packet that holds a TCP segment, or a fragment of what may hold one.
    ///
    /// - Parameter bytes: The frame that this packet lies in.
    /// - Returns: The packet, its payload's place in the same frame; `nil` when no TCP is carried.
    /// - Throws: `.truncated` and `.malformed` as ``read(_:at:originalLength:)`` does.
    @inline(__always)
    func carryingTCP(in bytes: RawSpan) throws(WireError) -> Datagram? {
        transport == Self.tcp ? self : try innermost(in: bytes)
    }

    private func innermost(in bytes: RawSpan) throws(WireError) -> Datagram? {
        var datagram = self
        for _ in 0..<Self.mostTunnels {
            if datagram.transport == Self.tcp { return datagram }
            // Datagrams over UDP are not joined: their fragments are other protocols' nearly always.
            if datagram.fragment != nil { return [4, 41, 47].contains(datagram.transport) ? datagram : nil }
            guard let frame = try datagram.content(bytes) else { return nil }
            let end = datagram.end
            datagram = try Datagram.read(
                bytes.extracting(0..<datagram.payload.upperBound),
                at: frame.offset,
                originalLength: end
            )
            datagram.vlan = frame.vlan
        }
        throw .malformed(at: datagram.payload.lowerBound)
    }

    /// Where the packet lies that this one carries.
    private func content(_ bytes: RawSpan) throws(WireError) -> LinkFrame? {
        switch transport {
        case 4, 41: LinkFrame(offset: payload.lowerBound, vlan: vlan)
        case 47: try routingEncapsulation(bytes)
        case 17: try overUDP(bytes)
        default: nil
        }
    }

    /// GRE of version 0, without source routes.
    private func routingEncapsulation(_ bytes: RawSpan) throws(WireError) -> LinkFrame? {
        let start = payload.lowerBound
        try bytes.require(4, at: start)
        let flags = bytes.uint16(at: start)
        guard flags & 0x4007 == 0 else { return nil }
        var walk = LinkWalk(type: bytes.uint16(at: start + 2), offset: start + 4, vlan: vlan)
        // Checksum, key and sequence number are four bytes each.
        for flag in [0x8000, 0x2000, 0x1000] as [UInt16] where flags & flag != 0 { walk.offset += 4 }
        return try walk.network(bytes)
    }

    /// VXLAN and Geneve, by their ports; what does not look like them is some other protocol's.
    private func overUDP(_ bytes: RawSpan) throws(WireError) -> LinkFrame? {
        let start = payload.lowerBound
        guard payload.count >= 16 else { return nil }
        let network = UInt64(bytes.uint32(at: start + 12) >> 8)
        let first = bytes.uint16(at: start + 8)
        switch bytes.uint16(at: start + 2) {
        case 4_789 where first == 0x0800:
            return try LinkWalk(type: LinkWalk.ethernet, offset: start + 16, vlan: vlan << 24 | network)
                .network(bytes)
        case 6_081 where first & 0xC000 == 0:
            let offset = start + 16 + Int(first >> 8 & 0x3F) * 4
            return try LinkWalk(
                type: bytes.uint16(at: start + 10),
                offset: offset,
                vlan: vlan << 24 | network
            ).network(bytes)
        default: return nil
        }
    }
}
