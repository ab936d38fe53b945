// Whether a packet of another capture goes on where this decoder is: rotated captures are one stream in several files.

public import Traffic

extension WireDecoder {
    /// Whether the packet carries the very next bytes of a connection that is being followed.
    ///
    /// Where it does, the capture that it comes from begins where what was decoded so far ends, and nothing lies
    /// between. Nothing is decoded or counted. Fragments are not looked into.
    public func isContinued(by bytes: RawSpan, header: PacketHeader) -> Bool {
        guard let (segment, key, side) = Self.segment(of: bytes, header), !segment.isSYN,
            !segment.payload.isEmpty
        else { return false }
        return isAwaited(segment, of: key, from: side)
    }

    private static func segment(of bytes: RawSpan, _ header: PacketHeader) -> (TCPSegment, FlowKey, Side)? {
        guard let frame = try? LinkFrame.read(bytes, link: header.linkType),
            var outer = try? Datagram.read(bytes, at: frame.offset, originalLength: header.originalLength)
        else { return nil }
        outer.vlan = frame.vlan
        guard let datagram = try? outer.carryingTCP(in: bytes), datagram.fragment == nil,
            let segment = try? TCPSegment.read(bytes, in: datagram.payload, length: datagram.payloadLength)
        else { return nil }
        let (key, side) = FlowKey.key(
            source: Endpoint(address: datagram.source, port: segment.sourcePort),
            destination: Endpoint(address: datagram.destination, port: segment.destinationPort),
            vlan: datagram.vlan
        )
        return (segment, key, side)
    }
}
