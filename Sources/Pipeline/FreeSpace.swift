// Whether there is room to record.

import Foundation
import Store

/// The room that is left where a store and its spools lie.
struct FreeSpace {
    /// Below this, a spool of its full size (1 GiB) and the store's growth may not fit any more.
    static let little: Int64 = 2 << 30
    /// Below this, recording ends soon.
    static let hardlyAny: Int64 = 128 << 20

    /// Bytes that may still be written, the least of all disks; `nil` where the system does not say.
    let byteCount: Int64?

    /// So much room.
    init(byteCount: Int64?) { self.byteCount = byteCount }

    /// Asks the system: the spools may lie on another disk than the store.
    init(besideStoreAt path: String) {
        let folder = URL(filePath: path).deletingLastPathComponent().path
        let spools = SpoolFolders.root(besideStoreAt: path)
        byteCount = [folder, spools].compactMap(Self.available).min()
    }

    /// statvfs(3): what others than root may still use.
    private static func available(at path: String) -> Int64? {
        var status = statvfs()
        guard statvfs(path, &status) == 0 else { return nil }
        return Int64(clamping: status.f_bavail).multipliedReportingOverflow(
            by: Int64(clamping: status.f_frsize)
        )
        .partialValue
    }

    /// How the room stands.
    var check: HealthCheck {
        guard let byteCount else { return HealthCheck("space", .warning, "the system does not say") }
        let text = "\(byteCount >> 20) MiB free"
        if byteCount < Self.hardlyAny {
            return HealthCheck("space", .error, text, remedy: "make room, or `otatape prune --retain 10GB`")
        }
        if byteCount < Self.little {
            return HealthCheck(
                "space",
                .warning,
                text,
                remedy: "at least 2 GiB: the spool alone may take 1 GiB"
            )
        }
        return HealthCheck("space", .ok, text)
    }
}
