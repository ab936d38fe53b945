// The server that a URL names. RFC 3986 §3.2.

import Traffic

extension ArtifactURL {
    /// A host by name or address, and its port.
    struct Server: Hashable, Sendable {
        /// In lower case; an IPv6 address without its brackets, a name without its last dot.
        var host: String
        /// `nil` for schemes whose usual port is not known.
        var port: UInt16?
    }

    /// Whom the URL tells to ask; `nil` for a mere path.
    var server: Server? {
        guard let scheme = exact.firstRange(of: "://") else { return nil }
        let authority = exact[scheme.upperBound...].prefix { $0 != "/" }
        let usual: UInt16? = ["http": 80, "https": 443][exact[..<scheme.lowerBound]]
        if authority.hasPrefix("["), let end = authority.firstIndex(of: "]") {
            let port = authority[authority.index(after: end)...].dropFirst()
            return Server(host: String(authority[..<end].dropFirst()), port: UInt16(port) ?? usual)
        }
        let host = authority.prefix { $0 != ":" }
        let port = UInt16(authority.dropFirst(host.count + 1)) ?? usual
        let name = host.hasSuffix(".") ? host.dropLast() : host
        return name.isEmpty ? nil : Server(host: String(name), port: port)
    }
}
