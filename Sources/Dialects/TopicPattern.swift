// A topic template with named captures, matched on bytes. dialects.md §6, requirement 1.

/// The ids that a topic can carry.
enum TopicCapture: String, Hashable, Sendable, CaseIterable {
    case product
    case device
    case gateway
    case command

    /// The field of an event that the captured level fills.
    var field: EventField {
        switch self {
        case .product: .productID
        case .device: .deviceID
        case .gateway: .gatewayID
        case .command: .commandID
        }
    }
}

/// A compiled template such as `/{product}/{device}/firmware/upgrade`.
///
/// `{name}` takes exactly one level that is not empty. Braces mean a capture in templates only: a recorded topic
/// with literal braces is plain bytes (dialects.md §3.1).
struct TopicPattern: Hashable, Sendable {
    /// One level of a template.
    enum Level: Hashable, Sendable {
        case literal([UInt8])
        case capture(TopicCapture)
    }

    /// Why a template cannot be compiled.
    enum Fault: Error, Hashable {
        case unknownCapture(String)
        case repeatedCapture(String)
        case strayCharacter(level: String)
        case tooManyLevels
    }

    /// As it was written, its root included.
    let template: String
    let levels: [Level]
    /// How many levels are literal: of several templates that fit, the most specific wins.
    let specificity: Int

    /// Compiles a template.
    init(_ template: String) throws(Fault) {
        var levels: [Level] = []
        for text in template.split(separator: "/", omittingEmptySubsequences: false) {
            let level = try Self.level(String(text))
            if case .capture(let name) = level, levels.contains(level) {
                throw .repeatedCapture(name.rawValue)
            }
            levels.append(level)
        }
        guard levels.count <= TopicLevels.limit else { throw .tooManyLevels }
        self.template = template
        self.levels = levels
        specificity = levels.count - levels.count(where: { $0.capture != nil })
    }

    /// Which ids the template captures.
    var captures: [TopicCapture] { levels.compactMap(\.capture) }

    /// Whether a topic, split into levels, fits level by level.
    func matches(_ split: TopicLevels, in topic: RawSpan) -> Bool {
        guard split.count == levels.count else { return false }
        // The last levels differ most between a dialect's templates.
        for index in levels.indices.reversed() {
            switch levels[index] {
            case .literal(let bytes): if !topic.holds(bytes.rawSpan, in: split[index]) { return false }
            case .capture: if split[index].isEmpty { return false }
            }
        }
        return true
    }

    /// The text of the captured level; `nil` when the template has no such capture.
    ///
    /// A broker may let through what is not UTF-8: such bytes become U+FFFD.
    func captured(_ name: TopicCapture, of split: TopicLevels, in topic: RawSpan) -> String? {
        levels.firstIndex(of: .capture(name)).map { topic.text(in: split[$0]) }
    }

    /// The topic with every capture replaced.
    func topic<Fault: Error>(filledBy id: (TopicCapture) throws(Fault) -> String) throws(Fault) -> String {
        var texts: [String] = []
        for level in levels {
            switch level {
            case .literal(let bytes): texts.append(String(decoding: bytes, as: UTF8.self))
            case .capture(let name): texts.append(try id(name))
            }
        }
        return texts.joined(separator: "/")
    }

    private static func level(_ text: String) throws(Fault) -> Level {
        guard text.hasPrefix("{"), text.hasSuffix("}") else {
            let isPlain = !text.contains(where: { "{}+#\0".contains($0) })
            guard isPlain else { throw .strayCharacter(level: text) }
            return .literal(Array(text.utf8))
        }
        let name = String(text.dropFirst().dropLast())
        guard let capture = TopicCapture(rawValue: name) else { throw .unknownCapture(name) }
        return .capture(capture)
    }
}

private extension TopicPattern.Level {
    var capture: TopicCapture? {
        if case .capture(let name) = self { name } else { nil }
    }
}
