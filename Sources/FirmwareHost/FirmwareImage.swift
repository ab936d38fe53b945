// The bytes that are served as firmware, without holding them.

import Digests
import Synchronization

/// A firmware image: bytes that can be read piece by piece, with their size and digests.
///
/// Filler and files are never whole in memory.
public struct FirmwareImage: Sendable {
    private enum Source: Sendable {
        case filler(seed: UInt64)
        case bytes([UInt8])
        case file(ImageFile)
    }

    /// Size of the image in bytes.
    public let byteCount: Int64
    private let source: Source
    private let digests = DigestCache()

    private init(source: Source, byteCount: Int64) {
        self.source = source
        self.byteCount = byteCount
    }

    /// Deterministic bytes: the same seed and size give the same image, on every machine.
    ///
    /// A negative size is taken as 0.
    public static func filler(seed: UInt64, byteCount: Int64) -> FirmwareImage {
        FirmwareImage(source: .filler(seed: seed), byteCount: max(0, byteCount))
    }

    /// The bytes given.
    public static func bytes(_ bytes: [UInt8]) -> FirmwareImage {
        FirmwareImage(source: .bytes(bytes), byteCount: Int64(bytes.count))
    }

    /// The bytes of a file, which must not change while it is served.
    /// - Throws: `FirmwareHostError` with `.cannotReadImage`, also for what is not a regular file.
    public static func file(_ path: String) throws -> FirmwareImage {
        let file = try ImageFile(path: path)
        let image = FirmwareImage(source: .file(file), byteCount: file.byteCount)
        // Computed at once: here a read error can still be thrown.
        try image.digests.fill(image.computedDigests())
        return image
    }

    /// SHA-256 in lower-case hex; computed at the first use, which reads the whole image.
    public var sha256: String { hexDigests.sha256 }

    /// MD5 in lower-case hex; computed at the first use, which reads the whole image.
    public var md5: String { hexDigests.md5 }

    /// The bytes of a range, as far as the image goes.
    /// - Throws: `FirmwareHostError` with `.cannotReadImage` when a file has changed or cannot be read.
    public func chunk(_ range: Range<Int64>) throws -> [UInt8] {
        let range = range.clamped(to: 0..<byteCount)
        return switch source {
        case .filler(let seed): Filler(seed: seed).bytes(range)
        case .bytes(let bytes): Array(bytes[Int(range.lowerBound)..<Int(range.upperBound)])
        case .file(let file): try file.read(range)
        }
    }
}

extension FirmwareImage {
    private var hexDigests: HexDigests {
        digests.value { (try? computedDigests()) ?? BodyDigests().hex }
    }

    private func computedDigests() throws -> HexDigests {
        var running = BodyDigests()
        var position: Int64 = 0
        while position < byteCount {
            let end = position + min(65_536, byteCount - position)
            let piece = try chunk(position..<end)
            running.receive(piece.span.bytes)
            position = end
        }
        return running.hex
    }
}

/// Digests, computed once for all copies of an image.
private final class DigestCache: Sendable {
    private let cached = Mutex<HexDigests?>(nil)

    func fill(_ digests: HexDigests) {
        cached.withLock { $0 = digests }
    }

    func value(computing compute: () -> HexDigests) -> HexDigests {
        cached.withLock { cached in
            let digests = cached ?? compute()
            cached = digests
            return digests
        }
    }
}
