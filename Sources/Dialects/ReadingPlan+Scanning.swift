// Finds the values of a payload, whatever it is made of.

internal import Traffic

extension ReadingPlan {
    /// How the elements of an array become events.
    struct FanOut: Sendable {
        /// Most elements of a message that are read.
        static let limit = 64

        /// The paths from the payload.
        var outer: PathTrie
        /// The slot of the array.
        var arraySlot: Int
    }

    /// Finds the tokens of a payload, by a known shape if it has one.
    /// - Returns: whether it has one that was learned before.
    @inline(__always)
    func read(
        _ payload: RawSpan,
        into tokens: inout JSONScanner.Tokens,
        _ shapes: inout ShapeMemory,
        of rule: Int
    ) throws(Misfit) -> Bool {
        if shapes.read(payload, of: rule, into: &tokens) { return true }
        try scan(payload, into: &tokens)
        return false
    }

    /// Scans a payload in the message's form.
    func scan(_ payload: RawSpan, into tokens: inout JSONScanner.Tokens) throws(Misfit) {
        switch form {
        case .json:
            do throws(JSONFault) {
                try JSONScanner.scan(payload, for: fanOut?.outer ?? trie, into: &tokens)
            } catch {
                throw .notJSON(error)
            }
        case .any:
            do throws(JSONFault) {
                try JSONScanner.scan(payload, for: fanOut?.outer ?? trie, into: &tokens)
            } catch {
                // What is neither JSON nor text states nothing.
                tokens = JSONScanner.Tokens(repeating: .absent)
                if payload.isUTF8 { tokens[MessageRule.rootSlot] = Self.text(payload) }
            }
        case .text: try scanText(payload, into: &tokens)
        case .binary: break
        }
    }

    private func scanText(_ payload: RawSpan, into tokens: inout JSONScanner.Tokens) throws(Misfit) {
        if payload.byteCount >= JSONScanner.byteLimit || !payload.isUTF8 { throw .notText }
        tokens[MessageRule.rootSlot] = Self.text(payload)
        if templates.isEmpty { return }
        for template in templates {
            var found = tokens
            if template.matches(payload, in: 0..<payload.byteCount, into: &found) {
                tokens = found
                return
            }
        }
        throw .noTemplate
    }

    private static func text(_ payload: RawSpan) -> JSONToken {
        payload.byteCount < JSONScanner.byteLimit ? JSONToken(.bareText, in: 0..<payload.byteCount) : .absent
    }
}
