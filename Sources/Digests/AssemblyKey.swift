// What tells one file of one client from another.

import Traffic

/// Who asks for what: the client's address, the host, and the target without its query, which may carry a signature.
struct AssemblyKey: Hashable, Sendable {
    private let client: IPAddress
    private let host: String
    /// Stands for the host where a request names none.
    private let server: Endpoint?
    private let path: String

    init(_ exchange: Exchange) {
        client = exchange.client.address
        host = exchange.host
        server = exchange.host.isEmpty ? exchange.server : nil
        let target = exchange.target
        let end = target.utf8.firstIndex { $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") }
        path = end.map { String(target[..<$0]) } ?? target
    }
}
