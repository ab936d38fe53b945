// A file's SHA-256, read piece by piece.

import Crypto
import Foundation

enum FileDigest {
    /// The SHA-256 of a file in lower-case hex; memory does not grow with the file.
    static func sha256(path: String) throws(RunError) -> String {
        do {
            let file = try FileHandle(forReadingFrom: URL(filePath: path))
            defer { try? file.close() }
            var hash = SHA256()
            while let piece = try file.read(upToCount: 1 << 20), !piece.isEmpty {
                hash.update(data: piece)
            }
            return hash.finalize().map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        } catch {
            throw RunError(
                .unreadable,
                "'\(path)' cannot be read; check its name and who may read it.",
                cause: error
            )
        }
    }
}
