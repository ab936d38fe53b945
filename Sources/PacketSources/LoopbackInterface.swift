// The loopback interface of a fresh network namespace, which begins its life down.

internal import CPcap
internal import Glibc

/// The interface `lo`.
public enum LoopbackInterface {
    /// Brings `lo` up, which is no error when it is up already.
    ///
    /// Related manual page: netdevice(7).
    /// - Throws: `.notPermitted` when the process may not configure interfaces.
    public static func bringUp() throws(PacketSourceError) {
        guard otatape_bring_loopback_up() != 0 else { return }
        throw PacketSourceError(
            .notPermitted,
            "The loopback interface cannot be brought up; run in a network namespace of your own, or as root.",
            cause: unsafe String(cString: strerror(errno))
        )
    }
}
