// Reads endpoints back from the text they are stored as.

import Glibc
import Traffic

extension Endpoint {
    /// Reads `127.0.0.1:1883` or `[::1]:1883`.
    init?(text: String) {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
            return nil
        }
        let host = text[..<colon]
        let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
        guard
            let address = isBracketed
                ? IPAddress(ipv6Text: String(host.dropFirst().dropLast()))
                : IPAddress(dotted: host)
        else {
            return nil
        }
        self.init(address: address, port: port)
    }
}

private extension IPAddress {
    /// inet_pton(3) with AF_INET6.
    init?(ipv6Text: String) {
        var bytes = [UInt8](repeating: 0, count: 16)
        guard inet_pton(AF_INET6, ipv6Text, &bytes) == 1 else { return nil }
        self.init(
            high: bytes[..<8].reduce(0) { $0 << 8 | UInt64($1) },
            low: bytes[8...].reduce(0) { $0 << 8 | UInt64($1) }
        )
    }
}
