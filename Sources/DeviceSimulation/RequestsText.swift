// Error texts as the dialect A simulator sends them: those of Python's `requests`, with the whole URL in them.

import Traffic

/// Texts that look like the originals: analysers find failure classes by them (dialects.md §1.6).
enum RequestsText {
    private static let prefix = "An unexpected error occurred: "

    static let sizeType = prefix + "'>' not supported between instances of 'str' and 'int'"
    static let timeoutType =
        prefix + "Timeout value connect was not valid, but it must be an int, float or None."

    static func timeoutValue(_ timeout: Duration) -> String {
        prefix
            + "Attempted to set connect timeout to \(seconds(timeout)), but the timeout cannot be set to a "
            + "value less than or equal to 0."
    }

    static func timedOut(_ url: String, after limit: Duration) -> String {
        "Download from \(url) timed out after \(seconds(limit)) seconds."
    }

    /// The text for a download that failed after `byteCount` bytes.
    static func failure(_ end: DownloadEnd, url: String, byteCount: Int64) -> String {
        prefix + detail(of: end, url: url, byteCount: byteCount)
    }

    private static func detail(of end: DownloadEnd, url: String, byteCount: Int64) -> String {
        switch end {
        case .status(let code, let reason):
            return "\(code) \(code < 500 ? "Client" : "Server") Error: \(reason) for url: \(url)"
        case .stalled:
            return "\(pool(url)): Read timed out."
        case .truncated(let contentLength):
            let missing = contentLength.map { ", \($0.subtractingSaturated(byteCount)) more expected" } ?? ""
            let error = "IncompleteRead(\(byteCount) bytes read\(missing))"
            return "('Connection broken: \(error)', \(error))"
        case .reset:
            let error = "ConnectionResetError(104, 'Connection reset by peer')"
            return "('Connection broken: \(error)', \(error))"
        case .unreachable(let cause):
            return "\(pool(url)): Max retries exceeded with url: \(parts(url).target) "
                + "(Caused by NewConnectionError('Failed to establish a new connection: \(cause)'))"
        case .badURL:
            return "No connection adapters were found for '\(url)'"
        case .complete, .noResponse:
            return "for url: \(url)"
        }
    }

    private static func pool(_ url: String) -> String {
        let (scheme, authority, _) = parts(url)
        let colon = authority.lastIndex(of: ":")
        let host = colon.map { authority[..<$0] } ?? authority
        let port =
            colon.map { authority[authority.index(after: $0)...] } ?? (scheme == "https" ? "443" : "80")
        return "\(scheme.uppercased())ConnectionPool(host='\(host)', port=\(port))"
    }

    private static func parts(_ url: String) -> (scheme: Substring, authority: Substring, target: Substring) {
        guard let mark = url.firstRange(of: "://") else { return ("http", "", url[...]) }
        let rest = url[mark.upperBound...]
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        return (url[..<mark.lowerBound], authority, rest[authority.endIndex...])
    }

    /// Seconds as Python prints them: `3`, `2.5`.
    private static func seconds(_ duration: Duration) -> String {
        let (whole, attoseconds) = duration.components
        return attoseconds == 0 ? "\(whole)" : "\(duration.seconds)"
    }
}
