// A password that is in no command line, and so in no list of processes.

import ArgumentParser
import Foundation

enum PasswordFile {
    /// Longer than any password; so much is read of the wrong file.
    private static let limit = 65_536

    /// The file's first line, without its end.
    ///
    /// Others that may read the file are a warning, no error.
    static func read(_ path: String) throws -> String {
        let bytes: Data
        do {
            // An empty file has no bytes to give, which is no error of reading.
            bytes = try FileHandle(forReadingFrom: URL(filePath: path)).read(upToCount: limit) ?? Data()
        } catch {
            throw ValidationError(
                "--password-file \(path): cannot be read; is the path right, and may you read it?"
            )
        }
        let line = bytes.prefix { $0 != 0x0A && $0 != 0x0D }
        guard !line.isEmpty, let password = String(bytes: line, encoding: .utf8) else {
            throw ValidationError("--password-file \(path): its first line is empty or not UTF-8 text.")
        }
        let mode = try? FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        if let mode, mode & 0o077 != 0 {
            Console.note(
                "warning: others may read the password in \(path); `chmod 600 \(path)` keeps it yours"
            )
        }
        return password
    }
}
