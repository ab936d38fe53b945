// The shapes that the payloads of each rule had.

/// A few shapes of each rule, learned from payloads that the scanner has read.
struct ShapeMemory {
    /// Most shapes that are remembered of one rule.
    static let shapeLimit = 4
    /// Of payloads that no shape fits, the first of so many is learned: learning costs more than scanning.
    static let learningInterval = 16

    private struct Rule {
        var shapes: [PayloadShape] = []
        /// The shape that fitted last.
        var latest = 0
        var missed = 0
    }

    private var rules: [Rule] = []

    /// Finds the tokens of a payload that has one of a rule's shapes; otherwise `tokens` are absent, all of them.
    @inline(__always)
    mutating func read(_ payload: RawSpan, of rule: Int, into tokens: inout JSONScanner.Tokens) -> Bool {
        guard rule < rules.count, !rules[rule].shapes.isEmpty else { return false }
        let latest = rules[rule].latest
        if rules[rule].shapes[latest].read(payload, into: &tokens) { return true }
        return readAsOther(than: latest, payload, of: rule, into: &tokens)
    }

    private mutating func readAsOther(
        than latest: Int,
        _ payload: RawSpan,
        of rule: Int,
        into tokens: inout JSONScanner.Tokens
    ) -> Bool {
        for number in rules[rule].shapes.indices where number != latest {
            tokens = JSONScanner.Tokens(repeating: .absent)
            if rules[rule].shapes[number].read(payload, into: &tokens) {
                rules[rule].latest = number
                return true
            }
        }
        tokens = JSONScanner.Tokens(repeating: .absent)
        return false
    }

    /// Learns the shape of a payload that the scanner had to read, now and then.
    mutating func learn(_ payload: RawSpan, of rule: Int, _ tokens: Span<JSONToken>) {
        while rules.count <= rule { rules.append(Rule()) }
        rules[rule].missed &+= 1
        guard rules[rule].missed % Self.learningInterval == 1,
            let shape = PayloadShape(of: payload, tokens)
        else { return }
        if rules[rule].shapes.count < Self.shapeLimit {
            rules[rule].latest = rules[rule].shapes.count
            rules[rule].shapes.append(shape)
        } else {
            rules[rule].latest = (rules[rule].latest + 1) % Self.shapeLimit
            rules[rule].shapes[rules[rule].latest] = shape
        }
    }
}
