// Names the failure class that a device's own words claim.

/// One entry of a dialect's `failures` list.
///
/// Matching is by substring on ASCII-folded bytes, not by expression: the texts come from devices, and a hostile one
/// must not be able to make matching slow. Of several patterns the first that fits counts.
struct FailurePattern: Hashable, Sendable {
    /// Bytes of a text that are looked at; error texts repeat URLs of any length.
    static let textLimit = 4_096

    var failureClass: FailureClass
    /// Codes that claim the class, compared as a whole.
    var codes: [[UInt8]]
    /// Parts of the code or the reason that claim the class.
    var parts: [[UInt8]]

    init(_ failureClass: FailureClass, codes: [String] = [], parts: [String] = []) {
        self.failureClass = failureClass
        self.codes = codes.map { Self.folded($0) }
        self.parts = parts.map { Self.folded($0) }
    }

    /// The first pattern that fits a code and a reason.
    static func first(of patterns: [FailurePattern], code: String, reason: String) -> FailurePattern? {
        let code = folded(code)
        let reason = withoutURLs(folded(reason))
        return patterns.first { $0.fits(code: code, reason: reason) }
    }

    /// Whether folded code and reason claim this pattern's class.
    private func fits(code: [UInt8], reason: [UInt8]) -> Bool {
        codes.contains(code) || parts.contains { Self.contains(code, $0) || Self.contains(reason, $0) }
    }

    private static func folded(_ text: String) -> [UInt8] {
        text.utf8.prefix(textLimit).map { byte in
            UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte ? byte | 0x20 : byte
        }
    }

    /// Leaves out URLs and paths: a file called `timeout.bin` claims nothing.
    private static func withoutURLs(_ text: [UInt8]) -> [UInt8] {
        let words = text.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
        return Array(words.map(beforeURL).joined(separator: [UInt8(ascii: " ")]))
    }

    private static func beforeURL(_ word: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        if word.first == UInt8(ascii: "/") { return [] }
        guard let mark = index(of: Array("://".utf8), in: word) else { return word }
        let text = word[..<mark]
        // The scheme's letters belong to the URL; a text in another script may stand right before them.
        return text.dropLast(text.reversed().prefix { UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0 }.count)
    }

    private static func contains(_ text: [UInt8], _ part: [UInt8]) -> Bool {
        index(of: part, in: text[...]) != nil
    }

    private static func index(of part: [UInt8], in text: ArraySlice<UInt8>) -> Int? {
        var rest = text
        while rest.count >= part.count, let first = part.first, let start = rest.firstIndex(of: first) {
            rest = rest[start...]
            if rest.starts(with: part) { return start }
            rest = rest.dropFirst()
        }
        return nil
    }
}

extension FailureClass {
    /// The class that code and reason claim; `nil` when no pattern fits.
    static func claimed(code: String?, reason: String?, among patterns: [FailurePattern]) -> FailureClass? {
        FailurePattern.first(of: patterns, code: code ?? "", reason: reason ?? "")?.failureClass
    }
}
