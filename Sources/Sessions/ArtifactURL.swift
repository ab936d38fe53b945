// What of a URL tells one image from another. dialects.md §5.2, §5.4 rule 4. RFC 3986.

/// A URL as a key for matching downloads to offers.
struct ArtifactURL: Hashable, Sendable {
    /// The whole URL with query, scheme and host in lower case, default port and fragment left out.
    let exact: String
    /// The path alone.
    let path: String

    /// Reads an absolute URL; anything else is taken as a path.
    init(_ text: String) {
        let bare = text.prefix { $0 != "#" }
        guard let scheme = bare.firstRange(of: "://") else {
            self.init(prefix: "", target: bare)
            return
        }
        let rest = bare[scheme.upperBound...]
        let authorityEnd = rest.firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex
        let name = bare[..<scheme.lowerBound].lowercased()
        let host = Self.host(rest[..<authorityEnd], scheme: name)
        self.init(prefix: name + "://" + host, target: rest[authorityEnd...])
    }

    private init(prefix: String, target: Substring) {
        let rooted = target.first == "/" ? String(target) : "/" + target
        exact = prefix + rooted
        path = String(rooted.prefix { $0 != "?" })
    }

    /// Whether the path says enough to match by it alone.
    var isTelling: Bool { path != "/" }

    /// The URL a redirect's `Location` leads to, seen from this one (RFC 3986 §5.2, without dot segments).
    func following(_ location: String) -> ArtifactURL {
        if location.contains("://") { return ArtifactURL(location) }
        if location.hasPrefix("//") { return ArtifactURL(scheme + ":" + location) }
        if location.hasPrefix("/") { return ArtifactURL(origin + location) }
        let folder = path[...(path.lastIndex(of: "/") ?? path.startIndex)]
        return ArtifactURL(origin + folder + location)
    }

    private var scheme: String { String(exact.prefix { $0 != ":" }) }

    /// Scheme and authority.
    private var origin: String {
        guard let scheme = exact.firstRange(of: "://") else { return "" }
        let authorityEnd = exact[scheme.upperBound...].firstIndex(of: "/") ?? exact.endIndex
        return String(exact[..<authorityEnd])
    }

    /// The authority in lower case without user information and default port.
    private static func host(_ authority: Substring, scheme: String) -> String {
        let start = authority.lastIndex(of: "@").map(authority.index(after:)) ?? authority.startIndex
        let host = authority[start...].lowercased()
        let port = scheme == "https" ? ":443" : ":80"
        return host.hasSuffix(port) ? String(host.dropLast(port.count)) : host
    }
}
