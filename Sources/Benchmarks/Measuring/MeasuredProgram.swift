// Runs another program and measures it. posix_spawn(3), wait4(2)

import Glibc

/// A program with its arguments, run as a process of its own and measured from start to end.
///
/// The resident peak of a child counts from before its exec: it is never less than this process's own at that time,
/// which is why this process makes no captures and reads no stores itself.
struct MeasuredProgram {
    /// The file to execute, or a name to look for in PATH.
    let path: String
    let arguments: [String]

    /// Runs to the end.
    ///
    /// - Parameters:
    ///   - output: The file that gets what it prints; /dev/null by default.
    ///   - notes: The file that gets what it says on stderr.
    /// - Returns: what the whole process cost.
    /// - Throws: when it cannot be started, is killed, or ends with another exit code than 0.
    func run(output: String = "/dev/null", notes: String = "/dev/null") throws -> Cost {
        let (cost, status) = try start(output: output, notes: notes).wait()
        // The low seven bits hold the signal, the byte above them the exit code.
        guard status == 0 else {
            let ending = status & 0x7F == 0 ? "exit code \(status >> 8 & 0xFF)" : "signal \(status & 0x7F)"
            throw ToolError("\(([path] + arguments).joined(separator: " ")) ended with \(ending).")
        }
        return cost
    }

    /// Starts it; the caller waits for its end.
    func start(output: String = "/dev/null", notes: String = "/dev/null") throws -> RunningProgram {
        let began = ContinuousClock.now
        return RunningProgram(process: try spawn(output: output, notes: notes), began: began)
    }

    private func spawn(output: String, notes: String) throws -> pid_t {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        for (descriptor, file) in [(Int32(1), output), (2, notes)] {
            let flags = O_WRONLY | O_CREAT | O_TRUNC
            unsafe posix_spawn_file_actions_addopen(&actions, descriptor, file, flags, 0o600)
        }
        var words = unsafe ([path] + arguments).map { unsafe strdup($0) } + [nil]
        defer { unsafe words.forEach { unsafe free($0) } }
        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        // A child inherits which signals are blocked and ignored: it is to end when it is asked to.
        var (none, asking) = (sigset_t(), sigset_t())
        unsafe sigemptyset(&none)
        unsafe sigemptyset(&asking)
        unsafe sigaddset(&asking, SIGINT)
        unsafe sigaddset(&asking, SIGTERM)
        unsafe posix_spawnattr_setsigmask(&attributes, &none)
        unsafe posix_spawnattr_setsigdefault(&attributes, &asking)
        unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        var child = pid_t()
        let failure = unsafe posix_spawnp(&child, path, &actions, &attributes, &words, environ)
        guard failure == 0 else {
            throw ToolError("\(path) cannot be started: \(unsafe String(cString: strerror(failure))).")
        }
        return child
    }
}
