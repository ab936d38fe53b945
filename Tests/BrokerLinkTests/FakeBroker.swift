// The broker's side of one connection, byte by byte, for what no real broker does on request.

import BrokerLink
import Foundation
import Glibc
import Testing

/// Listens on 127.0.0.1 and plays a script to the first client.
struct FakeBroker {
    let address: BrokerAddress

    /// Starts to listen; `script` runs on a thread of its own once a client has connected, and its end closes.
    init(_ script: @escaping @Sendable (FakeConnection) -> Void) throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isListening = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                bind(listener, generic, size) == 0 && listen(listener, 1) == 0
                    && getsockname(listener, generic, &size) == 0
            }
        }
        try #require(isListening)
        self.address = BrokerAddress(host: "127.0.0.1", port: UInt16(bigEndian: address.sin_port))
        Thread.detachNewThread {
            let descriptor = accept(listener, nil, nil)
            close(listener)
            if descriptor >= 0 { script(FakeConnection(descriptor: descriptor)) }
        }
    }
}

/// One accepted connection.
final class FakeConnection: Sendable {
    static let connectAccepted: [UInt8] = [0x20, 0x02, 0x00, 0x00]  // CONNACK, no session, accepted
    private let descriptor: Int32

    init(descriptor: Int32) {
        self.descriptor = descriptor
    }

    deinit {
        close(descriptor)
    }

    /// Sends bytes as they are.
    func send(_ bytes: [UInt8]) {
        _ = write(descriptor, bytes, bytes.count)
    }

    /// Reads one control packet of fewer than 128 bytes; `nil` when the client has gone.
    func receive() -> [UInt8]? {
        guard let head = read(exactly: 2), let body = read(exactly: Int(head[1])) else { return nil }
        return head + body
    }

    /// Whether the client has sent something that was not read yet. poll(2)
    var hasUnread: Bool {
        var watched = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&watched, 1, 0) == 1
    }

    /// The address that the client connected from.
    var clientHost: String {
        var address = sockaddr_in()
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getpeername(descriptor, $0, &size) }
        }
        return status == 0 ? String(cString: inet_ntoa(address.sin_addr)) : ""
    }

    /// Waits until the client closes.
    func waitForClose() {
        while receive() != nil {}
    }

    private func read(exactly count: Int) -> [UInt8]? {
        var bytes: [UInt8] = []
        var byte: UInt8 = 0
        while bytes.count < count {
            guard Glibc.read(descriptor, &byte, 1) == 1 else { return nil }
            bytes.append(byte)
        }
        return bytes
    }
}
