// Tells the service manager how a recorder is. sd_notify(3)

import Foundation

/// The datagram socket that a service manager listens on; nobody listens where it is not set.
public struct SupervisorSocket: Sendable {
    private let address: String

    /// The socket that an environment names as `NOTIFY_SOCKET`; a leading `@` is one without a file. unix(7)
    public init(environment: [String: String]) {
        address = environment["NOTIFY_SOCKET"] ?? ""
    }

    /// The socket that this process was given.
    public init() {
        self.init(environment: ProcessInfo.processInfo.environment)
    }

    /// Whether this process was given a manager's socket.
    public var isThere: Bool { !address.isEmpty }

    /// Everything is open, recording has begun.
    public func ready() { send("READY=1") }

    /// The recorder works, and what it is doing.
    public func alive(_ text: String) {
        let line = text.map { $0.isNewline ? " " : String($0) }.joined()
        send("WATCHDOG=1\nSTATUS=\(line)")
    }

    /// The recorder ends.
    public func stopping() { send("STOPPING=1\nSTATUS=ending: the rest is written, sessions are derived") }

    /// A manager that has gone, or is slow, holds nobody up.
    private func send(_ text: String) {
        var name = Array(address.utf8)
        guard name.first == UInt8(ascii: "/") || name.first == UInt8(ascii: "@") else { return }
        if name[0] == UInt8(ascii: "@") { name[0] = 0 }
        var target = sockaddr_un()
        target.sun_family = sa_family_t(AF_UNIX)
        guard name.count < MemoryLayout.size(ofValue: target.sun_path) else { return }
        withUnsafeMutableBytes(of: &target.sun_path) { $0.copyBytes(from: name) }
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + name.count)
        let bytes = Array(text.utf8)
        let flags = Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT)
        _ = withUnsafePointer(to: &target) { target in
            target.withMemoryRebound(to: sockaddr.self, capacity: 1) { target in
                sendto(descriptor, bytes, bytes.count, flags, target, length)
            }
        }
    }
}
