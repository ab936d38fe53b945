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
}
