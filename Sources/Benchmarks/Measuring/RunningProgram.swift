// A program while it runs. wait4(2), kill(2)

import Foundation
import Glibc

/// A process of ours that has not been waited for.
final class RunningProgram {
    /// Its process id.
    let process: pid_t
    private let began: ContinuousClock.Instant
    private var ending: (cost: Cost, status: Int32)?

    init(process: pid_t, began: ContinuousClock.Instant) {
        self.process = process
        self.began = began
    }

    deinit {
        guard ending == nil else { return }
        kill(process, SIGKILL)
        _ = try? wait()
    }

    /// Waits for its end: what it cost, and the status as wait(2) has it.
    func wait() throws -> (cost: Cost, status: Int32) {
        if let ending { return ending }
        var status: Int32 = 0
        var usage = rusage()
        while unsafe wait4(process, &status, 0, &usage) < 0 {
            guard errno == EINTR else { throw ToolError("wait4 failed with error \(errno).") }
        }
        let wall = (ContinuousClock.now - began).inSeconds
        let cost = Cost(wall: wall, processor: usage.processorSeconds, peakBytes: usage.peakBytes)
        ending = (cost, status)
        return (cost, status)
    }

    /// Asks it to end, and waits until it has.
    @discardableResult
    func stop() throws -> Cost {
        if ending == nil { kill(process, SIGTERM) }
        return try wait().cost
    }

    /// Seconds of all processors so far. proc(5), fields 14 and 15 of stat
    func processorSeconds() throws -> Double {
        let text = try String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
        // The name in brackets may hold anything.
        let fields = text.drop { $0 != ")" }.split(separator: " ")
        guard fields.count > 13, let user = Double(fields[12]), let system = Double(fields[13]) else {
            throw ToolError("/proc/\(process)/stat is not as proc(5) says.")
        }
        return (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }
}
