// TCP traffic on 127.0.0.1 for captures to see, and the little reading that counting it needs.

import Glibc
import PacketSources
import Testing
import Traffic

/// A TCP connection of this process with itself.
final class LoopbackConnection: Sendable {
    let port: UInt16
    private let listener: Int32
    private let sender: Int32
    private let receiver: Int32

    init() throws {
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        sender = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        let (listener, sender) = (listener, sender)
        let isConnected = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                bind(listener, generic, size) == 0 && listen(listener, 1) == 0
                    && getsockname(listener, generic, &size) == 0 && connect(sender, generic, size) == 0
            }
        }
        port = UInt16(bigEndian: address.sin_port)
        receiver = accept(listener, nil, nil)
        try #require(isConnected && receiver >= 0)
    }

    deinit {
        for descriptor in [sender, receiver, listener] { close(descriptor) }
    }

    /// Sends `byteCount` bytes and returns when the other end has read them all.
    func transfer(_ byteCount: Int) throws {
        let chunk = [UInt8](repeating: 0x5A, count: 32_768)
        var scratch = [UInt8](repeating: 0, count: 65_536)
        var left = byteCount
        while left > 0 {
            let sent = write(sender, chunk, min(left, chunk.count))
            try #require(sent > 0)
            left -= sent
            var unread = sent
            while unread > 0 {
                let received = read(receiver, &scratch, min(unread, scratch.count))
                try #require(received > 0)
                unread -= received
            }
        }
    }
}

/// Bytes of TCP payload in an IPv4 packet that goes to `port`.
///
/// Ethernet (14 bytes) and Linux cooked v1 (16 bytes) both end in the protocol's number.
func payloadBytes(_ frame: RawSpan, to port: UInt16, linkLength: Int = 14) -> Int {
    let bytes = frame.array
    let isTCP = bytes.count >= linkLength + 40 && bytes[linkLength + 9] == 6
    guard isTCP, bytes[linkLength - 2] == 0x08, bytes[linkLength - 1] == 0x00 else { return 0 }
    let ipLength = Int(bytes[linkLength] & 0x0F) * 4
    let tcp = linkLength + ipLength
    guard UInt16(bytes[tcp + 2]) << 8 | UInt16(bytes[tcp + 3]) == port else { return 0 }
    let totalLength = Int(bytes[linkLength + 2]) << 8 + Int(bytes[linkLength + 3])
    return totalLength - ipLength - Int(bytes[tcp + 12] >> 4) * 4
}
