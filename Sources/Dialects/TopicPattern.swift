// A topic template with named captures, matched on bytes. dialects.md §6, requirement 1.

/// A compiled template such as `/{product}/{device}/firmware/upgrade`.
///
/// `{name}` takes exactly one level that is not empty, `{name+}` one or more, `(one|other)` one of these. Braces mean a
/// capture in templates only: a recorded topic with literal braces is plain bytes (dialects.md §3.1).
struct TopicPattern: Hashable, Sendable {
    /// One level of a template.
    enum Level: Hashable, Sendable {
        case literal([UInt8])
        /// One of several literals; the first is written.
        case alternatives([[UInt8]])
        case capture(TopicCapture)
        /// One or more levels.
        case tail(TopicCapture)
    }

    let levels: [Level]
    /// Of several templates that fit, the most specific wins: literal levels count most, then alternatives, then
    /// captures of one level, and tails last.
    let specificity: Int
    /// The index of the level that takes what the others leave; `nil` where every level takes one.
    let tailIndex: Int?

    init(levels: [Level], specificity: Int, tailIndex: Int?) {
        self.levels = levels
        self.specificity = specificity
        self.tailIndex = tailIndex
    }

    /// Which ids the template captures.
    var captures: [TopicCapture] { levels.compactMap(\.capture) }

    /// Whether topics of so many levels can fit.
    func takes(levelCount: Int) -> Bool {
        tailIndex == nil ? levelCount == levels.count : levelCount >= levels.count
    }

    /// Whether a topic, split into levels, fits level by level.
    func matches(_ split: TopicLevels, in topic: RawSpan) -> Bool {
        guard takes(levelCount: split.count) else { return false }
        // The last levels differ most between a dialect's templates.
        for index in levels.indices.reversed() {
            let range = range(of: index, in: split)
            switch levels[index] {
            case .literal(let bytes): if !topic.holds(bytes.rawSpan, in: range) { return false }
            case .alternatives(let words):
                if !words.contains(where: { topic.holds($0.rawSpan, in: range) }) { return false }
            case .capture(let name):
                if range.isEmpty || name == .chunk && Self.index(in: range, of: topic) == nil { return false }
            case .tail: if range.isEmpty { return false }
            }
        }
        return true
    }

    /// The bytes of a topic that a level takes.
    private func range(of index: Int, in split: TopicLevels) -> Range<Int> {
        guard let tailIndex, index >= tailIndex else { return split[index] }
        let further = split.count - levels.count
        if index > tailIndex { return split[index + further] }
        return split[index].lowerBound..<split[index + further].upperBound
    }

    /// The text of the captured level; `nil` when the template has no such capture.
    ///
    /// A broker may let through what is not UTF-8: such bytes become U+FFFD.
    func captured(_ name: TopicCapture, of split: TopicLevels, in topic: RawSpan) -> String? {
        levels.firstIndex { $0.capture == name }.map { topic.text(in: range(of: $0, in: split)) }
    }

    /// The template with what a fitting topic says at places that no event fills: alternatives and exchanges.
    func pinned(to topic: RawSpan) -> TopicPattern {
        guard let split = TopicLevels(topic) else { return self }
        let pinned = levels.indices.map { index -> Level in
            switch levels[index] {
            case .alternatives, .capture(.request):
                Level.literal(Array(topic.text(in: range(of: index, in: split)).utf8))
            default: levels[index]
            }
        }
        return TopicPattern(levels: pinned, specificity: specificity, tailIndex: tailIndex)
    }

    /// The topic with every capture replaced, and the first of all alternatives.
    func topic<Fault: Error>(
        filledBy id: (TopicCapture, _ isTail: Bool) throws(Fault) -> String
    ) throws(Fault) -> String {
        var texts: [String] = []
        for level in levels {
            switch level {
            case .literal(let bytes): texts.append(String(decoding: bytes, as: UTF8.self))
            case .alternatives(let words): texts.append(String(decoding: words.first ?? [], as: UTF8.self))
            case .capture(let name): texts.append(try id(name, false))
            case .tail(let name): texts.append(try id(name, true))
            }
        }
        return texts.joined(separator: "/")
    }

    /// A chunk's index: decimal digits and nothing else.
    private static func index(in range: Range<Int>, of topic: RawSpan) -> Int64? {
        guard JSONNumeral.isDigit(topic.byte(at: range.lowerBound)) else { return nil }
        return JSONNumeral.integer(topic.extracting(range))
    }
}

extension TopicPattern.Level {
    /// The id that the level takes.
    var capture: TopicCapture? {
        switch self {
        case .capture(let name), .tail(let name): name
        case .literal, .alternatives: nil
        }
    }
}
