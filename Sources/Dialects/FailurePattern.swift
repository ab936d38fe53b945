// Names the failure class that a device's own words claim.

/// One entry of a dialect's `failures` list.
///
/// Matching is by parts of ASCII-folded bytes that begin with a word, not by expression: the texts come from devices, and a hostile one
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
        let code = Words(code.utf8.prefix(textLimit))
        let reason = Words(withoutURLs(Array(reason.utf8.prefix(textLimit))))
        return patterns.first { $0.fits(code: code, reason: reason) }
    }

    /// Whether code and reason claim this pattern's class.
    private func fits(code: Words, reason: Words) -> Bool {
        codes.contains(code.folded) || parts.contains { code.hold($0) || reason.hold($0) }
    }

    private static func folded(_ text: String) -> [UInt8] { text.utf8.prefix(textLimit).map(\.folded) }

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
        return text.dropLast(text.reversed().prefix { $0.isLetter }.count)
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

    /// A text, folded, and where its words begin.
    private struct Words {
        let folded: [UInt8]
        private let exact: [UInt8]

        init(_ text: some Sequence<UInt8>) {
            exact = Array(text)
            folded = exact.map(\.folded)
        }

        /// Whether a part stands here, at the beginning of a word where it begins with a letter: `stall` is no part of
        /// `install`, and `timeout` is one of `ReadTimeout`.
        func hold(_ part: [UInt8]) -> Bool {
            var from = 0
            while let start = FailurePattern.index(of: part, in: folded[from...]) {
                if part.first?.isLetter != true || isWordStart(start) { return true }
                from = start + 1
            }
            return false
        }

        private func isWordStart(_ place: Int) -> Bool {
            guard place > 0, exact[place - 1].isLetter else { return true }
            return exact[place - 1] == folded[place - 1] && exact[place] != folded[place]
        }
    }
}

private extension UInt8 {
    /// An ASCII letter in lower case, anything else as it is.
    var folded: UInt8 { UInt8(ascii: "A")...UInt8(ascii: "Z") ~= self ? self | 0x20 : self }

    var isLetter: Bool { UInt8(ascii: "a")...UInt8(ascii: "z") ~= folded }
}

extension FailureClass {
    /// The class that code and reason claim; `nil` when no pattern fits.
    static func claimed(code: String?, reason: String?, among patterns: [FailurePattern]) -> FailureClass? {
        FailurePattern.first(of: patterns, code: code ?? "", reason: reason ?? "")?.failureClass
    }
}
