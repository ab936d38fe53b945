// Takes what a broker publishes out of the socket in large pieces.

import Glibc
import Traffic
import Wire

/// Reads PUBLISH packets of QoS 0 and 1 from a socket and leaves every other packet there, for libmosquitto.
///
/// libmosquitto reads a packet's first byte, each byte of its length and its body by system calls of their own, four for
/// a message; that is more than half of what taking a message costs. Here some hundred messages take two: the bytes are
/// looked at where the kernel holds them (MSG_PEEK), and then as many are discarded (MSG_TRUNC, tcp(7)) as were PUBLISH
/// packets. What is not ours is still there, beginning with a packet's first byte.
struct PublishIntake {
    /// Where the reading stopped.
    enum Stop: Hashable {
        /// There is nothing more to be had at the moment.
        case drained
        /// There may be more.
        case paused
        /// The next packet is libmosquitto's, and whole.
        case foreign
        /// The next packet is libmosquitto's and will be whole when so many bytes are there.
        case foreignBegun(bytes: Int)
        /// From the next packet on libmosquitto must read: it begins a delivery of QoS 2, or is larger than what is
        /// looked at.
        case foreignForGood
        /// What comes next cannot be read.
        case malformed
        /// The socket has ended or failed.
        case ended
    }

    /// Bytes that are looked at at once.
    static let room = 128 << 10

    private let version: MQTTVersion
    private var bytes = [UInt8](repeating: 0, count: room)
    /// Bytes of a PUBLISH that is not whole: these are no longer in the socket.
    private var held = 0
    /// Whether the last look found anything.
    private(set) var hasSeenBytes = false

    /// Reads from a connection that speaks `version`.
    init(version: ClientOptions.ProtocolVersion) {
        // As MQTT 3.1, because there a harmless DUP at QoS 0 passes: libmosquitto passes it, too.
        self.version = version == .v5 ? .v5 : .v31
    }

    /// Takes what is there, up to the first packet that is not ours.
    mutating func read(_ socket: Int32, into batch: inout DeliveryBatch) -> Stop {
        makeRoom()
        let seen = peek(socket)
        hasSeenBytes = seen > 0
        guard seen > 0 else { return seen < 0 && [EAGAIN, EINTR].contains(errno) ? .drained : .ended }
        let end = held + seen
        let (stop, position) = take(bytes.rawSpan.extracting(0..<end), into: &batch)
        let isBegun = stop == nil
        let isTaken = discard((isBegun ? end : position) - held, of: socket)
        held = isBegun ? end - position : 0
        if position > 0, held > 0 { moveToFront(from: position) }
        guard isTaken else { return .ended }
        return stop ?? (end < bytes.count ? .drained : .paused)
    }

    /// Takes whole packets from the front; why it stopped, `nil` within a PUBLISH or at the end, and where.
    private func take(_ seen: RawSpan, into batch: inout DeliveryBatch) -> (stop: Stop?, position: Int) {
        let now = Reception()
        var position = 0
        while position < seen.byteCount {
            switch SubscriberPacket(in: seen, at: position, version: version) {
            case .publish(let packet, let length):
                let frame = seen.extracting(position..<position + length)
                batch.append(
                    DeliveryBatch.Entry(packet, at: now),
                    topic: frame.extracting(packet.topic),
                    payload: frame.extracting(packet.payload)
                )
                position += length
            case .publishBegun: return (nil, position)
            case .other(let kind, let length):
                return (foreign(kind, length, left: seen.byteCount - position), position)
            case .malformed: return (.malformed, position)
            }
        }
        return (nil, position)
    }

    /// libmosquitto reads on as long as deliveries of QoS 2 are under way, and may then stop within a packet.
    private func foreign(_ kind: ControlPacket.Kind, _ length: Int?, left: Int) -> Stop {
        if kind == .publish || kind == .pubrel { return .foreignForGood }
        guard let length else { return .foreignBegun(bytes: left + 1) }
        if length > Self.room { return .foreignForGood }
        return length <= left ? .foreign : .foreignBegun(bytes: length)
    }

    // MARK: - Memory

    /// A packet that fills all the room gets twice as much; a claimed length alone gets none.
    private mutating func makeRoom() {
        if held == bytes.count {
            bytes.append(contentsOf: repeatElement(0, count: bytes.count))
        } else if held == 0, bytes.count > Self.room {
            bytes = [UInt8](repeating: 0, count: Self.room)
        }
    }

    private mutating func moveToFront(from position: Int) {
        let held = held
        unsafe bytes.withUnsafeMutableBytes { buffer in
            let rest = unsafe UnsafeRawBufferPointer(rebasing: buffer[position..<position + held])
            unsafe buffer.copyMemory(from: rest)
        }
    }

    // MARK: - The socket

    /// Copies what the socket holds behind what is held; bytes seen, 0 at the end, below 0 with `errno`.
    private mutating func peek(_ socket: Int32) -> Int {
        let held = held
        return unsafe bytes.withUnsafeMutableBytes { buffer in
            let free = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[held...])
            let flags = Int32(MSG_PEEK | MSG_DONTWAIT)
            return unsafe recv(socket, free.baseAddress, free.count, flags)
        }
    }

    /// Takes bytes that were seen out of the socket; whether it still had them. tcp(7)
    private func discard(_ count: Int, of socket: Int32) -> Bool {
        var left = count
        while left > 0 {
            let flags = Int32(MSG_TRUNC | MSG_DONTWAIT)
            let taken = recv(socket, nil, left, flags)
            if taken == 0 || (taken < 0 && errno != EINTR) { return false }
            left -= max(0, taken)
        }
        return true
    }
}

private extension DeliveryBatch.Entry {
    init(_ packet: ControlPacket, at now: Reception) {
        self.init(
            receivedAt: now.wall,
            receivedMonotonic: now.monotonic,
            qos: packet.packetID == nil ? .atMostOnce : .atLeastOnce,
            isRetained: packet.isRetained,
            isDuplicate: packet.packetID != nil && packet.isDuplicate,
            packetID: packet.packetID
        )
    }
}
