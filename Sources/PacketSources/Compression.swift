// How capture files are compressed, told by their first bytes. RFC 1952 §2.3.1, RFC 8878 §3.1.

/// A compression whose program writes the plain bytes with `-dc`.
enum Compression: Hashable, Sendable {
    /// gzip.
    case gzip
    /// Zstandard.
    case zstandard

    /// Recognises a compression; `nil` when the file is not compressed.
    init?(magic: [UInt8]) {
        switch magic {
        case _ where magic.starts(with: [0x1F, 0x8B]): self = .gzip
        case [0x28, 0xB5, 0x2F, 0xFD]: self = .zstandard
        // A skippable frame: parallel compressors begin with one.
        case _ where magic.count == 4 && magic[0] & 0xF0 == 0x50 && magic[1...] == [0x2A, 0x4D, 0x18]:
            self = .zstandard
        default: return nil
        }
    }

    /// The program's name.
    var program: String { self == .gzip ? "gzip" : "zstd" }

    /// Whether an exit status means that all bytes were written; gzip's 2 is a warning, such as of trailing garbage.
    func isSuccess(_ status: Int32) -> Bool { status == 0 || self == .gzip && status == 2 }
}
