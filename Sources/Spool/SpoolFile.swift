// The system calls of the spool, and the only place where their errors become words.

import Glibc

/// One open segment file, closed when it goes out of scope.
@safe
struct SpoolFile: ~Copyable {
    let path: String
    private let descriptor: Int32

    /// Makes a file that must not exist. open(2)
    init(creating path: String) throws(SpoolError) {
        descriptor = unsafe open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        self.path = path
        guard descriptor >= 0 else { throw SpoolError("Cannot make", path, errno: errno) }
    }

    /// Opens a file for reading. open(2)
    init(reading path: String) throws(SpoolError) {
        descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        self.path = path
        guard descriptor >= 0 else { throw SpoolError("Cannot read", path, errno: errno) }
    }

    deinit {
        close(descriptor)
    }

    /// Bytes of the file. lseek(2)
    var length: Int { max(0, lseek(descriptor, 0, SEEK_END)) }

    /// Writes all of the bytes at an offset, or none that count. pwrite(2)
    ///
    /// - Returns: the error number; 0 when everything is in the kernel's hands.
    func write(_ bytes: RawSpan, at offset: Int) -> Int32 {
        unsafe bytes.withUnsafeBytes { buffer in
            guard let base = buffer.baseAddress else { return 0 }
            var done = 0
            while done < buffer.count {
                let count = unsafe pwrite(descriptor, base + done, buffer.count - done, offset + done)
                if count == 0 { return EIO }
                if count > 0 { done += count } else if errno != EINTR { return errno }
            }
            return 0
        }
    }

    /// Cuts the file. ftruncate(2)
    func cut(to length: Int) {
        // A failure leaves bytes behind that the next write overwrites, or a reader finds damaged.
        _ = ftruncate(descriptor, length)
    }

    /// Reads what there is at an offset, `count` bytes at most. pread(2)
    func read(at offset: Int, count: Int, into bytes: inout [UInt8]) throws(SpoolError) {
        let start = bytes.count
        bytes.append(contentsOf: repeatElement(0, count: count))
        var done = 0
        var failure: Int32 = 0
        unsafe bytes.withUnsafeMutableBytes { buffer in
            guard let first = buffer.baseAddress else { return }
            let base = unsafe first + start
            while done < count, failure == 0 {
                let got = unsafe pread(descriptor, base + done, count - done, offset + done)
                if got == 0 { return }
                if got > 0 { done += got } else if errno != EINTR { failure = errno }
            }
        }
        bytes.removeLast(count - done)
        guard failure == 0 else { throw SpoolError("Cannot read", path, errno: failure) }
    }

    /// Whether an error number says that there is no room. errno(3)
    static func isFull(_ number: Int32) -> Bool { [ENOSPC, EDQUOT].contains(number) }

    /// The system's words. strerror(3)
    static func words(for number: Int32) -> String { unsafe String(cString: strerror(number)) }
}
