// The SHA-256 of what is at hand: bytes, or a file read piece by piece.

import Crypto
import SystemPackage
import Traffic

/// SHA-256 in lower-case hex.
public enum ContentSHA256 {
    /// Bytes of a file that are read at once.
    private static let pieceSize = 256 << 10

    /// The SHA-256 of bytes.
    public static func of(_ bytes: RawSpan) -> String {
        var hash = SHA256()
        unsafe bytes.withUnsafeBytes { unsafe hash.update(bufferPointer: $0) }
        return unsafe hash.finalize().withUnsafeBytes { unsafe HexText.lowerCase($0) }
    }

    /// The SHA-256 of a file; memory does not grow with the file.
    /// - Throws: the system's error when the file cannot be read.
    public static func ofFile(_ path: String) throws -> String {
        let file = try unsafe FileDescriptor.open(path, .readOnly, options: .closeOnExec)
        return try file.closeAfter {
            var hash = SHA256()
            var piece = [UInt8](repeating: 0, count: pieceSize)
            while true {
                let count = try unsafe piece.withUnsafeMutableBytes { try unsafe file.read(into: $0) }
                guard count > 0 else { return HexText.lowerCase(hash.finalize()) }
                unsafe piece.withUnsafeBytes { bytes in
                    unsafe hash.update(bufferPointer: UnsafeRawBufferPointer(rebasing: bytes[..<count]))
                }
            }
        }
    }
}
