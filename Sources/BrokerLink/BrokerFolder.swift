// The private folder of one private broker, and the finding of what crashed runs left behind.

import Foundation
import Glibc

/// A temporary folder with a private broker's settings and process id, locked while its owner lives.
///
/// The lock is flock(2): the kernel gives it up however the owner dies, so that a folder whose lock can be taken belongs
/// to nobody, and the broker named in it may be ended. The descriptor closes on exec: the broker does not hold the lock.
struct BrokerFolder: ~Copyable {
    private static let prefix = "otatape-broker-"

    /// The folder; only its owner may look inside.
    let path: String
    private let lockDescriptor: Int32

    /// Makes a new folder of mode 0700 below `parent`. mkdtemp(3)
    init(below parent: String) throws(BrokerError) {
        for _ in 1...10 {
            var template = Array("\(parent)/\(Self.prefix)XXXXXX".utf8CString)
            guard let made = unsafe mkdtemp(&template) else { throw Self.unusable(parent, errno) }
            let path = unsafe String(cString: made)
            // A sweep between the making and the locking takes the folder for a crashed run's; then make another.
            guard let lock = Self.lock(path, flags: O_CREAT) else { continue }
            self.path = path
            lockDescriptor = lock
            return
        }
        throw Self.unusable(parent, EAGAIN)
    }

    deinit {
        Self.remove(path)
        close(lockDescriptor)
    }

    /// Where the broker's settings are.
    var settingsPath: String { Self.settingsPath(path) }

    /// Writes the broker's settings. mosquitto.conf(5)
    func writeSettings(port: UInt16) throws(BrokerError) {
        var lines = [
            "listener \(port) 127.0.0.1",
            "allow_anonymous true",
            "persistence false",
            "log_dest stderr",
            "connection_messages false",
            "max_queued_messages 0",
            "set_tcp_nodelay true",
        ]
        // Otherwise it changes to the user mosquitto, which a user namespace does not have.
        if geteuid() == 0 { lines.append("user root") }
        try write(lines.joined(separator: "\n") + "\n", to: settingsPath)
    }

    /// Notes which process is the broker, for whoever finds the folder after a crash.
    func writeProcessID(_ processID: Int32) throws(BrokerError) {
        try write("\(processID)\n", to: Self.processIDPath(path))
    }

    private func write(_ text: String, to file: String) throws(BrokerError) {
        do {
            try text.write(toFile: file, atomically: false, encoding: .utf8)
        } catch {
            let message =
                "The private broker's file '\(file)' cannot be written; see the space left on the disk."
            throw BrokerError(.brokerFailed, message, cause: "\(error)")
        }
    }
}

// MARK: - What crashed runs left behind

extension BrokerFolder {
    /// Ends the brokers of this user's owners that are no more, and removes their folders.
    static func sweep(below parent: String) {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: parent)) ?? []
        for name in names where name.hasPrefix(prefix) {
            let path = "\(parent)/\(name)"
            guard isOurs(path), let lock = lock(path, flags: 0) else { continue }
            endBroker(of: path)
            remove(path)
            close(lock)
        }
    }

    /// Ends the process that the folder names, if that still is a broker with this folder's settings.
    private static func endBroker(of path: String) {
        guard let text = try? String(contentsOfFile: processIDPath(path), encoding: .utf8),
            let processID = Int32(text.trimmingCharacters(in: .whitespacesAndNewlines)), processID > 1,
            let commandLine = try? Data(contentsOf: URL(filePath: "/proc/\(processID)/cmdline")),
            commandLine.split(separator: 0).contains(Data(settingsPath(path).utf8))
        else { return }
        kill(processID, SIGKILL)
    }

    /// Whether the folder, itself and not through a link, belongs to this user. lstat(2)
    private static func isOurs(_ path: String) -> Bool {
        var facts = stat()
        guard unsafe lstat(path, &facts) == 0 else { return false }
        return facts.st_mode & S_IFMT == S_IFDIR && facts.st_uid == geteuid()
    }

    /// Takes the folder's lock; `nil` when its owner has it, or it has none. flock(2)
    private static func lock(_ path: String, flags: Int32) -> Int32? {
        let descriptor = unsafe open("\(path)/lock", O_RDWR | O_CLOEXEC | flags, 0o600)
        guard descriptor >= 0 else { return nil }
        var facts = stat()
        // No link left: its owner or another sweep has removed it since it was opened.
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0, unsafe fstat(descriptor, &facts) == 0,
            facts.st_nlink > 0
        else {
            close(descriptor)
            return nil
        }
        return descriptor
    }

    private static func remove(_ path: String) {
        // What cannot be removed now is removed by the next sweep.
        try? FileManager.default.removeItem(atPath: path)
    }

    private static func settingsPath(_ path: String) -> String { "\(path)/mosquitto.conf" }
    private static func processIDPath(_ path: String) -> String { "\(path)/broker.pid" }

    private static func unusable(_ path: String, _ number: Int32) -> BrokerError {
        BrokerError(
            .brokerFailed,
            "No folder for the private broker can be made in '\(path)'; set TMPDIR to one that you may write to.",
            cause: unsafe String(cString: strerror(number))
        )
    }
}
