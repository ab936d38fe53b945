// A tap on a wire that tests play TCP on.

import Traffic
import Wire

/// Plays one TCP connection into a decoder, in order or not, and keeps what comes out.
final class Tap {
    /// Which end sends.
    enum Sender { case client, server }

    /// What came out so far.
    private(set) var book = Notebook()
    private var decoder: WireDecoder
    private var next: (client: UInt32, server: UInt32)
    /// The clock of the capture; tests move it.
    var now = Timestamp(seconds: 1_000)
    private var ends: Flow

    /// A tap before the first packet.
    init(
        limits: WireLimits = WireLimits(),
        client: Endpoint = Frames.client,
        server: Endpoint = Frames.server,
        clientSequence: UInt32 = 1_000,
        serverSequence: UInt32 = 5_000
    ) {
        decoder = WireDecoder(limits: limits)
        next = (clientSequence, serverSequence)
        ends = Flow(source: client, destination: server)
    }

    /// What was lost.
    var losses: Losses { decoder.losses }
    /// The sequence number that a sender uses next.
    func sequence(_ sender: Sender) -> UInt32 { sender == .client ? next.client : next.server }

    /// Goes on with another connection of the same client.
    func move(toClientPort port: UInt16) { ends.source.port = port }

    /// SYN, SYN-ACK, ACK.
    func open() {
        segment(.client, sequence: next.client, flags: .syn)
        next.client &+= 1
        segment(.server, sequence: next.server, flags: [.syn, .ack])
        next.server &+= 1
        segment(.client, sequence: next.client)
    }

    /// Sends bytes in order.
    func send(_ sender: Sender, _ bytes: [UInt8]) {
        segment(sender, sequence: sequence(sender), payload: bytes)
        skip(sender, bytes.count)
    }

    /// Sends text in order.
    func send(_ sender: Sender, _ text: String) { send(sender, Array(text.utf8)) }

    /// Moves on without sending: bytes that the capture lacks.
    func skip(_ sender: Sender, _ count: Int) {
        if sender == .client {
            next.client &+= UInt32(count)
        } else {
            next.server &+= UInt32(count)
        }
    }

    /// FIN from one end.
    func end(_ sender: Sender) {
        segment(sender, sequence: sequence(sender), flags: [.fin, .ack])
        skip(sender, 1)
    }

    /// FIN from both ends.
    func close() {
        end(.client)
        end(.server)
    }

    /// RST from one end.
    func reset(_ sender: Sender) { segment(sender, sequence: sequence(sender), flags: [.rst, .ack]) }

    /// Any segment; it acknowledges all that the other end has sent.
    func segment(
        _ sender: Sender,
        sequence: UInt32,
        flags: Frames.Flags = .ack,
        payload: [UInt8] = [],
        captured: Int? = nil
    ) {
        let flow = sender == .client ? ends : ends.reversed
        let acknowledgment = sender == .client ? next.server : next.client
        let tcp = Frames.tcp(
            flow,
            sequence: sequence,
            acknowledgment: flags.contains(.ack) ? acknowledgment : 0,
            flags: flags,
            payload: payload
        )
        let frame = Frames.ethernet(Frames.ipv4(flow, tcp))
        receive(captured.map { Array(frame.prefix($0)) } ?? frame, originalLength: frame.count)
    }

    /// Any frame.
    func receive(_ frame: [UInt8], link: LinkType = .ethernet, originalLength: Int? = nil) {
        let header = PacketHeader(at: now, linkType: link, originalLength: originalLength ?? frame.count)
        decoder.receive(frame.span.bytes, header: header, into: &book)
        now = now.advanced(by: .milliseconds(1))
    }

    /// Lets time pass.
    func wait(_ duration: Duration) { now = now.advanced(by: duration) }

    /// The capture ends.
    func finish() { decoder.finish(at: now, into: &book) }
}
