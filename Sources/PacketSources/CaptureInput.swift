// The plain bytes of a capture file, whether it is compressed or not.

import Glibc

/// An open capture file, unpacked on the way when its first bytes say that it is compressed.
struct CaptureInput: ~Copyable {
    /// The first bytes: enough to know every format by.
    private static let magicBytes = 4

    let path: String
    /// The first four plain bytes, or fewer when there are no more; they have been read from ``descriptor``.
    let magic: [UInt8]
    private let file: Descriptor
    private let decompression: Decompression?

    /// Opens a file; `-` is standard input.
    ///
    /// - Throws: `.fileMissing`, `.fileUnusable`, `.decompressorMissing`, `.notACapture` for a folder or a compressed
    ///   standard input.
    init(path: String) throws(PacketSourceError) {
        guard let file = Descriptor.reading(path) else { throw .unopened(path, errno) }
        let first = try Self.readMagic(file, path)
        let unpacking = try Compression(magic: first).map { compression throws(PacketSourceError) in
            try Self.rewind(file, path, compression)
            return try Decompression(compression, of: file, path: path)
        }
        magic =
            try unpacking.map { child throws(PacketSourceError) in try Self.readMagic(child.output, path) }
            ?? first
        decompression = unpacking
        self.path = path
        self.file = file
    }

    /// Where the plain bytes behind ``magic`` are read from; it stays this value's.
    var number: Int32 { decompression?.outputNumber ?? file.number }

    /// Reads plain bytes into an array from an offset on; 0 at the end, -1 for a failure that errno names.
    func read(into bytes: inout [UInt8], from offset: Int) -> Int {
        guard let count = decompression?.read(into: &bytes, from: offset) else {
            return file.read(into: &bytes, from: offset)
        }
        return count
    }

    /// Checks, once all bytes were read, that unpacking has not failed.
    func finish(after recordCount: Int) throws(PacketSourceError) {
        guard let compression = decompression?.compression, let cause = decompression?.finish() else {
            return
        }
        throw .badArchive(path, compression, after: recordCount, cause: cause)
    }

    private static func readMagic(
        _ descriptor: borrowing Descriptor,
        _ path: String
    ) throws(PacketSourceError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: magicBytes)
        var count = 0
        while count < magicBytes {
            let more = descriptor.read(into: &bytes, from: count)
            guard more >= 0 else {
                throw errno == EISDIR ? .directory(path) : .unopened(path, errno)
            }
            guard more > 0 else { break }
            count += more
        }
        return Array(bytes.prefix(count))
    }

    /// Gives the decompressor the file from its beginning, which a pipe cannot do.
    private static func rewind(
        _ file: borrowing Descriptor,
        _ path: String,
        _ compression: Compression
    ) throws(PacketSourceError) {
        guard lseek(file.number, -off_t(magicBytes), SEEK_CUR) < 0 else { return }
        throw PacketSourceError(
            .notACapture,
            "What comes in on '\(path)' is compressed, which is read from files only; unpack it on the way: "
                + "`\(compression.program) -dc FILE | otatape inspect -`."
        )
    }
}
