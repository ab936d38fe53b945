// What SQLite has not copied into a store's file yet.

import Foundation
import Store

/// The size of a store's write-ahead log.
struct WriteAheadLog {
    /// Bytes in the log; 0 where there is none.
    let byteCount: Int64

    /// Looks at the log as it is now.
    init(ofStoreAt path: String) {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path + "-wal")
        byteCount = (attributes?[.size] as? NSNumber)?.int64Value ?? 0
    }

    /// Nothing that is in the log is lost; left behind by nobody, it says that a program was killed.
    func check(isRecording: Bool) -> HealthCheck {
        if byteCount == 0 { return HealthCheck("log", .ok, "empty") }
        guard !isRecording else { return HealthCheck("log", .ok, "\(byteCount) bytes, in use") }
        return HealthCheck(
            "log",
            .warning,
            "\(byteCount) bytes were left in it, by a program that was killed or one that reads now",
            remedy: "keep FILE-wal beside FILE; --repair copies it into the file"
        )
    }
}
