// What of a URL tells one image from another. dialects.md §5.2, §5.4 rule 4. RFC 3986.

/// A URL as a key for matching downloads to offers.
struct ArtifactURL: Hashable, Sendable {
    /// The whole URL with query, scheme and host in lower case, default port and fragment left out.
    let exact: String
    /// The path alone.
    let path: String

    /// Reads an absolute URL; anything else is taken as a path.
    /// - Complexity: O(n); a URL that is normal as it stands is not copied.
    init(_ text: String) {
        let bytes = text.utf8
        let end = bytes.firstIndex(of: UInt8(ascii: "#")) ?? bytes.endIndex
        guard let colon = Self.schemeEnd(bytes[..<end]) else {
            self.init(prefix: "", target: text[..<end])
            return
        }
        let authority = bytes.index(colon, offsetBy: 3)
        let target =
            bytes[authority..<end].firstIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") } ?? end
        let written = text[..<target]
        let name = text[..<colon].lowercased()
        let prefix = name + "://" + Self.host(text[authority..<target], scheme: name)
        if prefix == written, target < end, bytes[target] == UInt8(ascii: "/"), end == bytes.endIndex {
            self.init(exact: text, path: Self.path(text[target...]))
        } else {
            self.init(prefix: prefix, target: text[target..<end])
        }
    }

    private init(prefix: String, target: Substring) {
        let rooted = target.utf8.first == UInt8(ascii: "/") ? target : "/" + target
        self.init(exact: prefix + rooted, path: Self.path(rooted))
    }

    private init(exact: String, path: String) {
        self.exact = exact
        self.path = path
    }

    private static func path(_ target: Substring) -> String {
        String(target[..<(target.utf8.firstIndex(of: UInt8(ascii: "?")) ?? target.endIndex)])
    }

    /// Where `://` begins.
    private static func schemeEnd(_ bytes: Substring.UTF8View) -> String.Index? {
        var rest = bytes
        while let colon = rest.firstIndex(of: UInt8(ascii: ":")) {
            if rest[colon...].starts(with: "://".utf8) { return colon }
            rest = rest[rest.index(after: colon)...]
        }
        return nil
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
