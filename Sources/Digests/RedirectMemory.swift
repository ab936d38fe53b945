// Remembers where clients were sent. RFC 9110 §15.4.

import Traffic

/// Redirects that wait for their target to be asked for; bounded in number and age.
struct RedirectMemory: Sendable {
    private struct Key: Hashable, Sendable {
        var client: IPAddress
        var url: String
    }

    private struct Redirect: Sendable {
        var chain: [Int]
        var at: Timestamp
    }

    /// Longest chain; user agents stop at about 20, and one that long is a loop.
    private static let chainLimit = 16

    private let limits: AssemblyLimits
    private var pending: [Key: Redirect] = [:]

    init(limits: AssemblyLimits) { self.limits = limits }

    /// Redirects remembered.
    var count: Int { pending.count }

    /// The exchanges that sent this one's client to its URL, first to last.
    func chain(to exchange: Exchange) -> [Int] {
        guard !pending.isEmpty else { return [] }
        let key = Key(client: exchange.client.address, url: exchange.url)
        guard let redirect = pending[key], exchange.requestedAt >= redirect.at,
            exchange.requestedAt.duration(since: redirect.at) <= limits.redirectTime
        else { return [] }
        return redirect.chain
    }

    /// Notes an answer that sends its client elsewhere.
    mutating func note(_ number: Int, _ exchange: Exchange) {
        guard let status = exchange.status, [301, 302, 303, 307, 308].contains(status),
            let location = exchange.location
        else { return }
        if pending.count >= limits.redirects { forget() }
        guard pending.count < limits.redirects else { return }
        let url = URLText.following(location, from: exchange.url)
        let chain = (chain(to: exchange) + [number]).suffix(Self.chainLimit)
        pending[Key(client: exchange.client.address, url: url)] = Redirect(
            chain: Array(chain),
            at: exchange.respondedAt ?? exchange.requestedAt
        )
    }

    /// Forgets the older half.
    private mutating func forget() {
        let times = pending.values.map(\.at).sorted()
        let middle = times[times.count / 2]
        pending = pending.filter { $0.value.at > middle }
    }
}
