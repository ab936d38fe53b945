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
}
