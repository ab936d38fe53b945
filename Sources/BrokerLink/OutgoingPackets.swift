// What we write to a broker past libmosquitto.

import Glibc

/// Control packets that wait for the socket.
struct OutgoingPackets {
    /// Bytes that may wait: more than a broker's window is, and not so many that much would come again after our death.
    private static let most = 64 << 10
    /// Bytes that the kernel may hold for us, for the same reason. socket(7), SO_SNDBUF
    static let socketBytes: Int32 = 16 << 10

    private var bytes: [UInt8] = []

    /// Whether nothing waits.
    var isEmpty: Bool { bytes.isEmpty }
    /// Whether so much waits that nothing more should be taken.
    var isFull: Bool { bytes.count >= Self.most }

    /// Queues a PUBACK; in MQTT 5, too, it needs no more where the message was taken. MQTT 3.1.1 §3.4, MQTT 5 §3.4.2.1
    mutating func acknowledge(_ packetID: UInt16) {
        bytes.append(0x40)
        bytes.append(2)
        bytes.append(UInt8(packetID >> 8))
        bytes.append(UInt8(packetID & 0xFF))
    }

    /// Queues a PINGREQ. MQTT 3.1.1 §3.12
    mutating func ping() { bytes += [0xC0, 0] }

    /// Writes as much as the socket takes; whether that was all.
    mutating func write(to socket: Int32) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let flags = Int32(MSG_NOSIGNAL | MSG_DONTWAIT)
            let count = unsafe bytes.withUnsafeBytes { buffer in
                let rest = unsafe UnsafeRawBufferPointer(rebasing: buffer[sent...])
                return unsafe send(socket, rest.baseAddress, rest.count, flags)
            }
            if count < 0, errno == EINTR { continue }
            // That the connection is lost is found by reading.
            guard count > 0 else {
                bytes.removeFirst(sent)
                return false
            }
            sent += count
        }
        bytes.removeAll(keepingCapacity: true)
        return true
    }
}
