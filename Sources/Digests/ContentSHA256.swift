// The SHA-256 of what is at hand: bytes, or a file read piece by piece.

import Crypto
import Foundation
import Traffic

/// SHA-256 in lower-case hex.
public enum ContentSHA256 {
    /// Bytes of a file that are read at once.
    private static let pieceSize = 1 << 20

    /// The SHA-256 of bytes.
    public static func of(_ bytes: RawSpan) -> String {
        var hash = SHA256()
        unsafe bytes.withUnsafeBytes { unsafe hash.update(bufferPointer: $0) }
        return unsafe hash.finalize().withUnsafeBytes { unsafe HexText.lowerCase($0) }
    }

    /// The SHA-256 of a file; memory does not grow with the file.
    /// - Throws: the system's error when the file cannot be read.
    public static func ofFile(_ path: String) throws -> String {
        let file = try FileHandle(forReadingFrom: URL(filePath: path))
        defer { try? file.close() }
        var hash = SHA256()
        while let piece = try file.read(upToCount: pieceSize), !piece.isEmpty {
            hash.update(data: piece)
        }
        return HexText.lowerCase(hash.finalize())
    }
}
