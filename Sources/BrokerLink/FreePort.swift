// A TCP port on 127.0.0.1 that nobody listens on at the moment.

import Glibc

/// Asks the kernel for a free port. bind(2) with port 0
package enum FreePort {
    /// A port that was free just now; another process may take it before it is used.
    package static func find() throws(BrokerError) -> UInt16 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw noPort(errno) }
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                unsafe bind(descriptor, generic, size) == 0 ? getsockname(descriptor, generic, &size) : -1
            }
        }
        guard status == 0 else { throw noPort(errno) }
        return UInt16(bigEndian: address.sin_port)
    }

    private static func noPort(_ number: Int32) -> BrokerError {
        BrokerError(
            .brokerFailed,
            "No TCP port on 127.0.0.1 is free; is the loopback interface up (`ip link set lo up`)?",
            cause: unsafe String(cString: strerror(number))
        )
    }
}
