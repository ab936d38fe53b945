// A mosquitto of its own for each run.

import Foundation

/// A broker on a free port of 127.0.0.1 that keeps and limits nothing.
final class LiveBroker {
    let port: UInt16
    private let program: RunningProgram
    private let log: String

    /// Starts it, and waits until it listens.
    init(in workplace: Workplace) throws {
        guard let mosquitto = Workplace.find("mosquitto") ?? Self.systemProgram else {
            throw ToolError("mosquitto is missing; it is in Debian's package mosquitto.")
        }
        port = try Self.freePort()
        log = workplace.path("broker.log")
        let settings = """
            listener \(port) 127.0.0.1
            allow_anonymous true
            persistence false
            max_queued_messages 0
            max_inflight_messages 0
            log_dest stderr
            log_type notice
            log_type information
            log_type warning
            log_type error
            log_type subscribe
            user root

            """
        try settings.write(toFile: workplace.path("broker.conf"), atomically: false, encoding: .utf8)
        let words = ["-c", workplace.path("broker.conf")]
        program = try MeasuredProgram(path: mosquitto, arguments: words).start(notes: log)
        try waitForLog("running")
    }

    /// Waits until somebody has subscribed.
    func waitForSubscriber(to filter: String) throws {
        try waitForLog(filter)
    }

    /// What it cost.
    func stop() throws -> Cost { try program.stop() }

    private func waitForLog(_ word: String) throws {
        try Patience.wait(seconds: 20, for: "\(word) in the broker's log") {
            try String(contentsOfFile: self.log, encoding: .utf8).contains(word)
        }
    }

    /// Debian puts it where only root's PATH looks.
    private static var systemProgram: String? {
        ["/usr/sbin/mosquitto"].first(where: FileManager.default.isExecutableFile(atPath:))
    }

    /// A port that was free just now. bind(2) with port 0
    private static func freePort() throws -> UInt16 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                unsafe bind(descriptor, generic, size) == 0 ? getsockname(descriptor, generic, &size) : -1
            }
        }
        guard status == 0 else { throw ToolError("No TCP port on 127.0.0.1 is free.") }
        return UInt16(bigEndian: address.sin_port)
    }
}

/// Waits for what other processes do.
enum Patience {
    /// Looks every two milliseconds whether a condition holds.
    ///
    /// - Throws: when it does not within the time.
    static func wait(seconds: Double, for what: String, until holds: () throws -> Bool) throws {
        let end = ContinuousClock.now + .seconds(seconds)
        while try !holds() {
            guard ContinuousClock.now < end else {
                throw ToolError("Waited \(seconds) s for \(what) in vain.")
            }
            usleep(2_000)
        }
    }
}
