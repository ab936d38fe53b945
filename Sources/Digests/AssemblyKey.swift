// What tells one file of one client from another.

import Traffic

/// Who asks for what: the client's address, and the URL without its query, which may carry a signature.
struct AssemblyKey: Hashable, Sendable {
    let client: IPAddress
    let place: String

    init(_ exchange: Exchange) {
        client = exchange.client.address
        place = String(exchange.url.prefix { $0 != "?" && $0 != "#" })
    }
}
