// Two ends of one TCP connection on loopback.

import Glibc
import Testing

/// A connected pair of TCP sockets, closed with the pair.
final class SocketPair {
    let near: Int32
    let far: Int32

    init() throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(listener) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        near = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        let client = near
        let isConnected = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                bind(listener, generic, size) == 0 && listen(listener, 1) == 0
                    && getsockname(listener, generic, &size) == 0 && connect(client, generic, size) == 0
            }
        }
        far = accept(listener, nil, nil)
        try #require(isConnected && far >= 0)
    }

    deinit {
        close(near)
        close(far)
    }

    /// Sends bytes to the near end, and returns when they are there.
    func send(_ bytes: some Collection<UInt8>) throws {
        guard !bytes.isEmpty else { return }
        try #require(Glibc.send(far, Array(bytes), bytes.count, 0) == bytes.count)
        var watched = pollfd(fd: near, events: Int16(POLLIN), revents: 0)
        try #require(poll(&watched, 1, 60_000) == 1)
    }

    /// Ends what the far end sends.
    func endSending() throws {
        shutdown(far, Int32(SHUT_WR))
        var watched = pollfd(fd: near, events: Int16(POLLIN), revents: 0)
        try #require(poll(&watched, 1, 60_000) == 1)
    }

    /// Everything that one of the ends has received and not read.
    func unread(at end: Int32) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        let count = recv(end, &bytes, bytes.count, Int32(MSG_DONTWAIT))
        return Array(bytes.prefix(max(0, count)))
    }
}
