// An interface opened for capturing before anybody reads from it.

import Synchronization

/// An interface that captures into the kernel's ring from now on; `LiveCapture.open` reads it later.
///
/// Opening takes a right that reading does not: whoever opens first can give that right up in between. What comes
/// meanwhile waits in the ring.
public final class CaptureReservation: Sendable {
    /// What is captured.
    public let settings: LiveCapture.Settings
    private let handle: Mutex<PcapHandle?>

    /// Opens the interface.
    ///
    /// - Throws: `.notPermitted`, `.unknownInterface`, `.interfaceDown`, `.badFilter`, `.captureFailed`.
    public init(_ settings: LiveCapture.Settings) throws(PacketSourceError) {
        self.settings = settings
        handle = Mutex(try PcapHandle.capturing(settings))
    }

    /// Hands the interface over, once.
    func take() throws(PacketSourceError) -> PcapHandle {
        let taken = handle.withLock { $0.take() }
        guard let taken else {
            throw PacketSourceError(
                .captureFailed,
                "The capture on '\(settings.interface)' is read already; open the interface anew."
            )
        }
        return taken
    }
}
