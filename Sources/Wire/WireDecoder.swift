// Packets in, control packets and exchanges out. design.md §2.

public import Traffic

/// Decodes captured packets: link → IP → TCP → MQTT and HTTP.
///
/// Feed it packets in capture order. It does no I/O and reads no clock; time is the packets' own. Memory is bounded by
/// its limits; bad bytes are counted, never fatal.
public struct WireDecoder: ~Copyable {
    /// What was lost so far, of the kinds that show on the wire; the others stay zero.
    public private(set) var losses = Losses()

    private let limits: WireLimits

    /// A decoder that has seen nothing.
    public init(limits: WireLimits = WireLimits()) {
        self.limits = limits
    }

    /// Reads one packet and hands on whatever it completes.
    ///
    /// - Parameters:
    ///   - bytes: The captured bytes, link header first.
    ///   - header: What the capture says about them.
    ///   - sink: Receives what was read.
    public mutating func receive(_ bytes: RawSpan, header: PacketHeader, into sink: inout some WireSink) {
    }

    /// Ends the capture: what waits behind holes is handed on, open exchanges and connections end.
    public mutating func finish(at timestamp: Timestamp, into sink: inout some WireSink) {
    }
}
