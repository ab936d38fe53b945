// Where a live capture's packets are kept, and how many of them.

import Foundation

/// Files that keep sniffed packets beside the store.
public struct PacketFileSettings: Hashable, Sendable {
    /// The file; of several files each gets the time of its first packet, and a number, before the extension.
    public var path: String
    /// Bytes after which the next file begins; `nil` for no such bound.
    public var maxBytes: Int64?
    /// Capture time after which the next file begins; `nil` for no such bound.
    public var maxDuration: Duration?
    /// Files of this series that are left, `nil` for all; the oldest go, those of earlier runs included.
    public var count: Int?
    /// Keeps packets only when a session fails, and then those of the last while; `nil` keeps all.
    public var keepLast: Duration?
    /// Memory for the packets of the last while, in bytes.
    public var keepLastBytes = 64 << 20
    /// Disk for the files of the last while: the oldest go, those of earlier runs included; the newest stays.
    public var keepLastDiskBytes: Int64 = 1 << 30

    /// Files of a session's last while that are left when no count is given.
    static let snapshotCount = 100

    /// One file at `path` that keeps all packets.
    public init(path: String) {
        self.path = path
    }

    /// Whether there are several files.
    public var isSeries: Bool { maxBytes != nil || maxDuration != nil || count != nil || keepLast != nil }

    /// Throws where no file can be made: that is not to be found out at the first packet, which may come in the night.
    public func check() throws(RunError) {
        let folder = URL(filePath: path).deletingLastPathComponent().path
        guard !FileManager.default.isWritableFile(atPath: folder) else { return }
        throw RunError(
            .impossible,
            "Packets cannot be written to '\(path)'. Name a file in a folder that is there and that this user may "
                + "write to."
        )
    }
}
