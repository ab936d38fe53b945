// A file's SHA-256, or the error that a run ends with.

import Digests

enum FileDigest {
    /// The SHA-256 of a file in lower-case hex; memory does not grow with the file.
    static func sha256(path: String) throws(RunError) -> String {
        do {
            return try ContentSHA256.ofFile(path)
        } catch {
            throw RunError(
                .unreadable,
                "'\(path)' cannot be read; check its name and who may read it.",
                cause: error
            )
        }
    }
}
