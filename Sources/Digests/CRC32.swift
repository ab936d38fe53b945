// The checksum of zlib and gzip. RFC 1952 §8.

internal import CZlib

/// Tells a damaged record from a whole one; no protection against anybody's intent.
public enum CRC32 {
    /// The checksum of the bytes; `previous` is that of bytes before them.
    /// - Complexity: O(n); nothing is allocated.
    public static func of(_ bytes: RawSpan, after previous: UInt32 = 0) -> UInt32 {
        unsafe bytes.withUnsafeBytes { buffer in
            guard let base = buffer.baseAddress else { return previous }
            let start = unsafe base.assumingMemoryBound(to: UInt8.self)
            return UInt32(truncatingIfNeeded: unsafe crc32_z(UInt(previous), start, buffer.count))
        }
    }
}
