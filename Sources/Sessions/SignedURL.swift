// When a signed URL stops being valid. AWS Signature Version 4 (query), Google Cloud and Azure storage, OSS, CloudFront.

import Traffic

/// What the query of a URL says about its lifetime; values that make no sense say nothing.
struct SignedURL: Hashable {
    /// How long platforms sign for that do not say so in the URL (dialects.md §1.3).
    static let usualLifetime = Duration.seconds(600)

    private static let signatures: Set<String> = [
        "signature", "sig", "x-amz-signature", "x-goog-signature", "x-oss-signature", "q-signature",
    ]

    /// When it stops being valid; `nil` when the URL does not say.
    let expiresAt: Timestamp?
    /// Whether it carries a signature at all.
    let isSigned: Bool

    init(_ url: String) {
        let query = url.firstIndex(of: "?").map { url[url.index(after: $0)...].prefix { $0 != "#" } } ?? ""
        var values: [String: Substring] = [:]
        for pair in query.split(separator: "&").prefix(64) {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else { continue }
            values[parts[0].lowercased()] = parts[1]
        }
        isSigned = !Self.signatures.isDisjoint(with: values.keys)
        expiresAt = Self.expiry(in: values)
    }

    private static func expiry(in values: [String: Substring]) -> Timestamp? {
        for vendor in ["x-amz", "x-goog", "x-oss"] {
            guard let date = values[vendor + "-date"].flatMap(time),
                let seconds = values[vendor + "-expires"].flatMap({ Int64($0) }),
                (0...31_536_000).contains(seconds)
            else { continue }
            return date.advanced(by: .seconds(seconds))
        }
        if let end = values["se"].flatMap(time) { return end }
        // Seconds since the epoch: between 2001 and 2286.
        guard let seconds = values["expires"].flatMap({ Int64($0) }),
            (1_000_000_000...9_999_999_999).contains(seconds)
        else { return nil }
        return seconds < 9_000_000_000 ? Timestamp(seconds: seconds) : nil
    }

    /// Reads `20260102T030405Z`, or the same with dashes and colons, escaped or not, to the second, in UTC.
    private static func time(_ text: Substring) -> Timestamp? {
        let plain = text.replacing("%3A", with: ":").replacing("%3a", with: ":")
        guard plain.utf8.last == UInt8(ascii: "Z") else { return nil }
        let digits = plain.prefix { $0 != "." }.utf8.filter { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
            .map { Int($0 - UInt8(ascii: "0")) }
        guard digits.count == 14 else { return nil }
        func number(_ range: Range<Int>) -> Int { digits[range].reduce(0) { $0 * 10 + $1 } }
        let civil = CivilTime(
            year: number(0..<4),
            month: number(4..<6),
            day: number(6..<8),
            hour: number(8..<10),
            minute: number(10..<12),
            second: number(12..<14)
        )
        guard (1970...2200).contains(civil.year), (1...12).contains(civil.month), (1...31).contains(civil.day)
        else { return nil }
        return civil.timestamp
    }
}
