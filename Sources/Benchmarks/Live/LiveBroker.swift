// A mosquitto of its own for each run.

import BrokerLink
import Foundation

/// A broker on a free port of 127.0.0.1 that keeps and limits nothing.
final class LiveBroker {
    let port: UInt16
    private let program: RunningProgram
    private let log: String

    /// Starts it, and waits until it listens.
    init(in workplace: Workplace) throws {
        let mosquitto = try MosquittoProgram.find(in: MosquittoProgram.usualFolders)
        port = try FreePort.find()
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
