// The owner of one file descriptor.

import Glibc

/// An open file descriptor, closed at the end of this value's life; programs that are started do not inherit it.
struct Descriptor: ~Copyable {
    /// The system's number; never escapes the target.
    let number: Int32

    /// Takes a descriptor over; `nil` for the -1 of a failed call.
    init?(owning number: Int32) {
        guard number >= 0 else { return nil }
        self.number = number
    }

    deinit {
        close(number)
    }

    /// Opens a file to read, or duplicates standard input for `-`; `nil` leaves the reason in errno.
    static func reading(_ path: String) -> Descriptor? {
        guard path != "-" else { return Descriptor(owning: fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3)) }
        return unsafe Descriptor(owning: open(path, O_RDONLY | O_CLOEXEC))
    }

    /// read(2) into an array from an offset on: the bytes read, 0 at the end, -1 for a failure that errno names.
    func read(into bytes: inout [UInt8], from offset: Int) -> Int {
        while true {
            let count = unsafe bytes.withUnsafeMutableBytes { buffer in
                unsafe Glibc.read(number, buffer.baseAddress?.advanced(by: offset), buffer.count - offset)
            }
            guard count < 0, errno == EINTR else { return count }
        }
    }

    /// pwrite(2) of all bytes: the error number; 0 when everything is in the kernel's hands.
    func write(_ bytes: RawSpan, at offset: Int) -> Int32 {
        unsafe bytes.withUnsafeBytes { buffer in
            guard let base = buffer.baseAddress else { return 0 }
            var done = 0
            while done < buffer.count {
                let count = unsafe pwrite(number, base + done, buffer.count - done, offset + done)
                if count == 0 { return EIO }
                if count > 0 { done += count } else if errno != EINTR { return errno }
            }
            return 0
        }
    }

    /// pread(2) into the beginning of an array; whether all of it was there.
    func read(into bytes: inout [UInt8], count: Int, at offset: Int) -> Bool {
        unsafe bytes.withUnsafeMutableBytes { buffer in
            guard let base = buffer.baseAddress else { return count == 0 }
            var done = 0
            while done < count {
                let got = unsafe pread(number, base + done, count - done, offset + done)
                if got == 0 || (got < 0 && errno != EINTR) { return false }
                done += max(0, got)
            }
            return true
        }
    }

    /// Cuts a file, as far as the system does. ftruncate(2)
    func cut(to length: Int) {
        _ = ftruncate(number, length)
    }
}
