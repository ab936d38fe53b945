// A TCP connection to 127.0.0.1, as bare as a publisher needs it. tcp(7), poll(2)

import Glibc

/// A connection that can be written to and read from at once.
final class TCPClient {
    private let descriptor: Int32

    /// Connects; what is written is sent without delay.
    init(port: UInt16) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        address.sin_port = port.bigEndian
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                unsafe connect(descriptor, generic, size)
            }
        }
        guard status == 0 else {
            throw ToolError(
                "Nobody listens on 127.0.0.1:\(port): \(unsafe String(cString: strerror(errno)))."
            )
        }
    }

    deinit {
        close(descriptor)
    }

    /// Waits until it can be read, or written to when that is wanted.
    func wait(toWrite: Bool, milliseconds: Int32 = -1) -> (canRead: Bool, canWrite: Bool) {
        var state = pollfd(fd: descriptor, events: Int16(POLLIN | (toWrite ? POLLOUT : 0)), revents: 0)
        _ = unsafe poll(&state, 1, milliseconds)
        return (state.revents & Int16(POLLIN) != 0, state.revents & Int16(POLLOUT) != 0)
    }

    /// Writes as much as fits without waiting; how much.
    func write(_ bytes: ArraySlice<UInt8>) throws -> Int {
        let count = unsafe bytes.withUnsafeBytes {
            unsafe send(descriptor, $0.baseAddress, $0.count, Int32(MSG_DONTWAIT | MSG_NOSIGNAL))
        }
        guard count >= 0 || errno == EAGAIN else { throw ended() }
        return max(0, count)
    }

    /// Reads what has come.
    func read() throws -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        let count = unsafe buffer.withUnsafeMutableBytes {
            unsafe recv(descriptor, $0.baseAddress, $0.count, 0)
        }
        guard count > 0 else { throw ended() }
        return Array(buffer.prefix(count))
    }

    private func ended() -> ToolError { ToolError("The broker ended the connection of the publisher.") }
}
