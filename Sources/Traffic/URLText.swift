// Parts of URLs as they stand in captures, which need not be well formed. RFC 3986 §3.

/// Reads parts of URLs without asking that they be valid.
public enum URLText {
    /// The path of a URL or of a request target, without query and fragment; `/` where a URL has none.
    public static func path(of url: String) -> String {
        let end = url.firstIndex { $0 == "?" || $0 == "#" } ?? url.endIndex
        let whole = url[..<end]
        guard let scheme = whole.firstRange(of: "://") else { return String(whole) }
        return whole[scheme.upperBound...].firstIndex(of: "/").map { String(whole[$0...]) } ?? "/"
    }

    /// The absolute URL that a reference leads to from a URL, without the fragment.
    ///
    /// RFC 3986 §5.2; a URL that is none itself leaves the reference as it is.
    public static func following(_ reference: String, from url: String) -> String {
        let bare = reference.prefix { $0 != "#" }
        if let colon = bare.firstRange(of: "://"), !bare[..<colon.lowerBound].contains("/") {
            return String(bare)
        }
        let base = url.prefix { $0 != "#" }
        guard let scheme = base.firstRange(of: "://") else { return String(bare) }
        if bare.hasPrefix("//") { return "\(base[..<scheme.lowerBound]):\(bare)" }
        let authorityEnd = base[scheme.upperBound...].firstIndex { $0 == "/" || $0 == "?" } ?? base.endIndex
        let origin = base[..<authorityEnd]
        let path = path(of: url)
        if bare.isEmpty { return String(base) }
        if bare.hasPrefix("?") { return "\(origin)\(path)\(bare)" }
        let folder = bare.hasPrefix("/") ? "" : path[...(path.lastIndex(of: "/") ?? path.startIndex)]
        return "\(origin)\(withoutDots("\(folder)\(bare)"))"
    }

    /// A path, perhaps with a query, with `.` and `..` resolved (RFC 3986 §5.2.4).
    private static func withoutDots(_ target: String) -> String {
        let path = target.prefix { $0 != "?" }
        var segments: [Substring] = []
        let parts = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
        for (index, part) in parts.enumerated() {
            let isLast = index == parts.count - 1
            if part == ".." { _ = segments.popLast() }
            if part != "." && part != ".." {
                segments.append(part)
            } else if isLast {
                segments.append("")
            }
        }
        return "/" + segments.joined(separator: "/") + target[path.endIndex...]
    }
}
