// Who may read a store: payloads and URLs carry credentials.

import Foundation
import Store

/// The modes of a store's files and of its spools' folders.
struct FilePrivacy {
    private let files: [(path: String, mode: mode_t)]

    /// Looks at what is there.
    init(ofStoreAt path: String) {
        let folders = [SpoolFolders.root(besideStoreAt: path), SpoolFolders.packets(besideStoreAt: path)]
        files = ([path, path + "-wal", path + "-shm"] + folders).compactMap { path in
            var status = stat()
            return stat(path, &status) == 0 ? (path, status.st_mode & 0o777) : nil
        }
    }

    private var open: [(path: String, mode: mode_t)] { files.filter { $0.mode & 0o077 != 0 } }

    /// Whether only the owner may read.
    var check: HealthCheck {
        guard let first = open.first else { return HealthCheck("mode", .ok, "readable by the owner alone") }
        return HealthCheck(
            "mode",
            .warning,
            "others may read or write \(first.path) (\(String(first.mode, radix: 8)))",
            remedy: "--repair sets 600, or chmod"
        )
    }

    /// Takes away what others may do; `nil` where there was nothing to take away.
    func repair() -> HealthCheck? {
        guard !open.isEmpty else { return nil }
        let failed = open.filter { chmod($0.path, $0.mode & 0o700) != 0 }
        guard let refused = failed.first else {
            return HealthCheck("mode", .repaired, "\(open.count) made readable by the owner alone")
        }
        let reason = String(cString: strerror(errno))
        return HealthCheck("mode", .error, "\(refused.path): \(reason)", remedy: "run as its owner")
    }
}
