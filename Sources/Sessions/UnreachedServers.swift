// Which servers were not reached, for sessions that wanted to.

import DequeModule
public import Traffic

/// The latest servers that were not reached, by their names and addresses.
struct UnreachedServers: Sendable {
    /// How many are remembered: at the most that Wire tells of in a second, those of two minutes.
    private static let limit = 8_192

    /// How long a session may want to know of one; what is older is of no use.
    private static let useful = Duration.seconds(3_600)

    /// Servers forgotten early, to stay within the limit.
    private(set) var letGoEarly: Int64 = 0
    private var order = Deque<UnreachedServer>()
    private var byHost: [String: [UnreachedServer]] = [:]
    /// Hosts of which something came that sessions were not told of.
    private var news: Set<String> = []

    /// Takes one.
    mutating func receive(_ server: UnreachedServer) {
        order.append(server)
        for host in server.hosts {
            byHost[host, default: []].append(server)
            news.insert(host)
        }
        guard order.count > Self.limit, let first = order.popFirst() else { return }
        if server.endedAt.duration(since: first.endedAt) <= Self.useful { letGoEarly += 1 }
        for host in first.hosts {
            byHost[host]?.removeFirst()
            if byHost[host]?.isEmpty == true { byHost[host] = nil }
        }
    }

    /// The hosts of which something came since this was last asked.
    mutating func takeNews() -> Set<String> {
        defer { news = [] }
        return news
    }

    /// The last time that one of these servers was not reached within a stretch of time.
    ///
    /// `addresses` are those of who wanted to; where none is known, anybody counts. Which one it is does not depend on
    /// the order in which they came.
    func last(
        of servers: some Sequence<ArtifactURL.Server>,
        for addresses: [IPAddress],
        from start: Timestamp,
        to end: Timestamp
    ) -> UnreachedServer? {
        guard !byHost.isEmpty else { return nil }
        let found = servers.flatMap { server in (byHost[server.host] ?? []).filter { $0.isServer(server) } }
        return found.filter { seen in
            seen.startedAt <= end && seen.endedAt >= start
                && (addresses.isEmpty || addresses.contains(seen.client.address))
        }.max { $0.precedes($1) }
    }
}

private extension UnreachedServer {
    /// What URLs may call it.
    var hosts: [String] {
        let address = cause.isOfName ? nil : server.address.description
        return [name, address].compactMap(\.self)
    }

    func precedes(_ other: UnreachedServer) -> Bool {
        if (endedAt, startedAt) != (other.endedAt, other.startedAt) {
            return (endedAt, startedAt) < (other.endedAt, other.startedAt)
        }
        return (cause.rawValue, client.description, server.description)
            < (other.cause.rawValue, other.client.description, other.server.description)
    }
}

extension UnreachedServer {
    /// Whether it is the server that a URL names, by name or address and port.
    public func isServer(of url: String) -> Bool {
        ArtifactURL(url).server.map(isServer) ?? false
    }

    func isServer(_ wanted: ArtifactURL.Server) -> Bool {
        guard !cause.isOfName else { return wanted.host == name }
        return (wanted.host == name || wanted.host == server.address.description)
            && (wanted.port == nil || wanted.port == server.port)
    }

    /// What was seen, as a sentence without an end.
    public var sentence: String {
        let asker = client.address.description
        let resolver = server.address.description
        let name = name ?? ""
        return switch cause {
        case .refused: "\(place) refused the connection from \(asker)\(often)"
        case .unanswered: "\(place) did not answer \(asker)\(often)"
        case .noSuchName: "there is no name \(name), \(resolver) told \(asker)\(often)"
        case .noAddress: "the name \(name) has no address, \(resolver) told \(asker)\(often)"
        case .resolverFailed: "\(resolver) could not resolve the name \(name) for \(asker)\(often)"
        case .resolverRefused:
            "\(resolver) refused to resolve the name \(name) for \(asker)\(often)"
        case .resolverSilent:
            "\(resolver) did not answer \(asker), who asked for the name \(name)\(often)"
        }
    }

    private var place: String { name.map { "\($0) (\(server))" } ?? server.description }

    private var often: String {
        guard count > 1 else { return "" }
        return ", asked \(count) times in \(endedAt.duration(since: startedAt).shown)"
    }
}
