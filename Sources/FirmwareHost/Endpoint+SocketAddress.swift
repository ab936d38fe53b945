// Socket addresses as the house speaks of them.

import NIOCore
import Traffic

extension Endpoint {
    /// The endpoint of a socket address; all zero for what is not an IP address.
    init(_ address: SocketAddress?) {
        let port = address?.port.flatMap { UInt16(exactly: $0) } ?? 0
        // By offset, as ip(7) and ipv6(7) lay them out: `sin_addr` at byte 4, `sin6_addr` at byte 8.
        let ip: IPAddress =
            switch address {
            case .v4(let address):
                withUnsafeBytes(of: address.address) { bytes in
                    IPAddress(
                        ipv4: UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: 4, as: UInt32.self))
                    )
                }
            case .v6(let address):
                withUnsafeBytes(of: address.address) { bytes in
                    IPAddress(
                        high: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)),
                        low: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 16, as: UInt64.self))
                    )
                }
            default:
                IPAddress(high: 0, low: 0)
            }
        self.init(address: ip, port: port)
    }
}
