// Reads from URLs what a comparison needs. field-notes.md §4, R3.

/// Parts of URLs as they stand in captures, which need not be well formed.
enum URLParts {
    private static let credentials: Set<String> = [
        "expires", "signature", "ossaccesskeyid", "security-token", "token", "awsaccesskeyid", "accesskey",
        "access_token", "sig",
    ]

    /// The URL without the query parameters that sign it or let it expire.
    static func withoutCredentials(_ url: String) -> String {
        guard let mark = url.firstIndex(of: "?") else { return url }
        let parameters = url[url.index(after: mark)...].split(separator: "&").filter { !isCredential($0) }
        return url[..<mark] + (parameters.isEmpty ? "" : "?" + parameters.joined(separator: "&"))
    }

    private static func isCredential(_ parameter: Substring) -> Bool {
        let name = (parameter.split(separator: "=", maxSplits: 1).first ?? "").lowercased()
        return credentials.contains(name) || name.hasPrefix("x-amz-") || name.hasPrefix("x-men-")
    }
}
