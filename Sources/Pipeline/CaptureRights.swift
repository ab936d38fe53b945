// Whether this process may sniff loopback, and the namespace in which it may.

import Foundation
import PacketSources

/// Where sniffing loopback is possible.
public enum CaptureRights {
    /// Set in the environment of a process that runs in a namespace of its own.
    private static let marker = "OTATAPE_NAMESPACE"

    /// Whether this process may capture on `lo`.
    public static var canSniffLoopback: Bool {
        (try? LiveCapture.open(LiveCapture.Settings(interface: "lo"), sink: { _, _ in })) != nil
    }

    /// Whether this process runs in a user and network namespace that was made for it.
    public static var isInNamespace: Bool { ProcessInfo.processInfo.environment[marker] != nil }

    /// Prepares a fresh network namespace: its loopback interface is down at first.
    ///
    /// - Throws: `.impossible` where the interface cannot be brought up, so that nothing can run there.
    public static func prepareNamespace() throws(RunError) {
        guard isInNamespace else { return }
        do {
            try LoopbackInterface.bringUp()
        } catch {
            throw RunError(.impossible, error.description, cause: error)
        }
    }

    /// Replaces this process by itself in a private user and network namespace, where it may sniff `lo`.
    ///
    /// - Returns: only where the machine does not allow it, or this process runs in one already. unshare(1).
    public static func enterNamespace() {
        // Not the link itself, which would be unshare by the time it is opened, but the file it stands for now.
        let program = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        guard let program, !isInNamespace, isNamespaceAllowed else { return }
        setenv(marker, "1", 1)
        var arguments =
            (["unshare", "-rn", program] + CommandLine.arguments.dropFirst()).map { strdup($0) } + [nil]
        execvp("unshare", &arguments)
        for argument in arguments { free(argument) }
        unsetenv(marker)
    }

    private static var isNamespaceAllowed: Bool {
        let trial = Process()
        trial.executableURL = URL(filePath: "/usr/bin/env")
        trial.arguments = ["unshare", "-rn", "true"]
        trial.standardError = FileHandle.nullDevice
        guard (try? trial.run()) != nil else { return false }
        trial.waitUntilExit()
        return trial.terminationStatus == 0
    }
}
