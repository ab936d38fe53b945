// A file that is read by offset, from several transfers at once.

import Foundation

/// Owns a file descriptor for reading.
///
/// Reads name their offset (`pread`), so that transfers share the descriptor without sharing a position.
final class ImageFile: Sendable {
    let path: String
    let byteCount: Int64
    private let descriptor: Int32

    init(path: String) throws(FirmwareHostError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Self.failure("open", path) }
        // A pipe has no end to seek to, a folder nothing to read.
        let byteCount = lseek(descriptor, 0, SEEK_END)
        var probe: UInt8 = 0
        guard byteCount >= 0, pread(descriptor, &probe, 1, 0) >= 0 else {
            close(descriptor)
            throw FirmwareHostError(.cannotReadImage, "\(path) is not a file; name the firmware image itself")
        }
        self.path = path
        self.byteCount = Int64(byteCount)
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// Reads exactly the bytes of `range`.
    /// - Throws: `.cannotReadImage` also when the file has become shorter since it was opened.
    func read(_ range: Range<Int64>) throws(FirmwareHostError) -> [UInt8] {
        let wanted = range.count
        var count = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: wanted) { buffer, initialized in
            while count < wanted {
                let rest = UnsafeMutableRawBufferPointer(
                    rebasing: UnsafeMutableRawBufferPointer(buffer)[count...]
                )
                let got = pread(
                    descriptor,
                    rest.baseAddress,
                    rest.count,
                    off_t(range.lowerBound) + off_t(count)
                )
                if got <= 0 { break }
                count += got
            }
            initialized = count
        }
        guard count == wanted else { throw Self.failure("read", path) }
        return bytes
    }

    private static func failure(_ verb: String, _ path: String) -> FirmwareHostError {
        FirmwareHostError(
            .cannotReadImage,
            "cannot \(verb) \(path): \(String(cString: strerror(errno))); does it exist, unchanged and readable?"
        )
    }
}
