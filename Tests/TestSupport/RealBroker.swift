// A mosquitto with settings of a test's own.

import Foundation
import Glibc

/// Runs mosquitto on free ports of loopback, for settings that otatape's private broker does not have.
public struct RealBroker: Sendable {
    /// The port of each listener, in the order of the settings.
    public let ports: [UInt16]
    private let folder: ScratchFolder
    private let settings: String

    /// Prepares a broker; `settings` is given one port for each of `listeners`.
    public init(listeners: Int = 1, _ settings: ([UInt16]) -> [String]) throws {
        folder = try ScratchFolder()
        ports = try FreePorts.find(listeners)
        self.settings = folder.path("mosquitto.conf")
        let common = geteuid() == 0 ? ["log_dest stderr", "user root"] : ["log_dest stderr"]
        let text = (common + settings(ports)).joined(separator: "\n") + "\n"
        try Data(text.utf8).write(to: URL(filePath: self.settings))
    }

    /// Runs the broker around `body`, which begins when the broker accepts connections; it is killed at the end of it.
    ///
    /// May be called again: that is the broker after a restart.
    public func run<Value: Sendable>(_ body: () async throws -> Value) async throws -> Value {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.environment = ["PATH": "/usr/sbin:/usr/bin:/bin"]
        process.arguments = ["mosquitto", "-c", settings]
        let (ends, ended) = AsyncStream<Void>.makeStream()
        process.terminationHandler = { _ in ended.finish() }
        let log = Pipe()
        process.standardError = log
        let (lines, said) = AsyncStream<String>.makeStream()
        log.fileHandleForReading.readabilityHandler = { handle in
            let bytes = handle.availableData
            if bytes.isEmpty {
                handle.readabilityHandler = nil
                said.finish()
            } else {
                said.yield(String(decoding: bytes, as: UTF8.self))
            }
        }
        try process.run()
        let result = await Self.outcome(lines, body)
        kill(process.processIdentifier, SIGKILL)
        for await _ in ends {}
        return try result.get()
    }

    private static func outcome<Value: Sendable>(
        _ lines: AsyncStream<String>,
        _ body: () async throws -> Value
    ) async -> Result<Value, any Error> {
        var text = ""
        for await line in lines {
            text += line
            if text.contains(" running") { break }
        }
        do {
            guard text.contains(" running") else { throw BrokerFailure(log: text) }
            return .success(try await body())
        } catch {
            return .failure(error)
        }
    }

    /// A broker that did not start, with what it said.
    struct BrokerFailure: Error {
        let log: String
    }
}

/// Asks the kernel for free ports. bind(2) with port 0
enum FreePorts {
    /// Ports that were free just now, all different.
    static func find(_ count: Int) throws -> [UInt16] {
        var descriptors: [Int32] = []
        defer { for descriptor in descriptors { close(descriptor) } }
        return try (0..<count).map { _ in
            let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            descriptors.append(descriptor)
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            var size = socklen_t(MemoryLayout<sockaddr_in>.size)
            let status = withUnsafeMutablePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(descriptor, $0, size) == 0 ? getsockname(descriptor, $0, &size) : -1
                }
            }
            guard status == 0 else { throw CocoaError(.fileNoSuchFile) }
            return UInt16(bigEndian: address.sin_port)
        }
    }
}
