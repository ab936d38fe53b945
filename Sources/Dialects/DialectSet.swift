// The dialects that a recording or a replay speaks.

public import Traffic

/// Dialects in order of precedence.
public struct DialectSet: Sendable {
    /// The dialects, each name once.
    public let all: [Dialect]

    /// Joins dialects; a later one replaces an earlier one of the same name.
    public init(_ dialects: [Dialect]) {
        var all: [Dialect] = []
        for dialect in dialects {
            if let index = all.firstIndex(where: { $0.name == dialect.name }) {
                all[index] = dialect
            } else {
                all.append(dialect)
            }
        }
        self.all = all
    }

    /// The dialects that come with the program.
    /// - Throws: never in a program whose tests passed: the definitions are embedded at build time.
    public static func builtIn() throws(DialectError) -> DialectSet {
        var dialects: [Dialect] = []
        for text in BuiltInDefinitions.all {
            dialects.append(try .load(yaml: text.yaml, origin: text.origin))
        }
        return DialectSet(dialects)
    }

    /// The dialect of that name.
    public subscript(name: String) -> Dialect? {
        all.first { $0.name == name }
    }

    /// Topic filters that together see every message of these dialects, each once.
    public var subscriptions: [String] {
        var seen: Set<String> = []
        return all.flatMap(\.subscriptions).filter { seen.insert($0).inserted }
    }

    /// The event that a message states in the first dialect that claims its topic; `nil` when none does.
    ///
    /// Where one dialect claims the topic and cannot read the payload, a later one that can takes it. Whoever reads
    /// many messages reads them with a `DialectReader`, which remembers their topics.
    public func read(_ message: Message) -> UpgradeEvent? {
        var reader = DialectReader(self)
        let reading = reader.read(
            topic: message.topic.rawSpan,
            payload: message.payload.rawSpan,
            at: message.recordedAt
        )
        return reading?.event
    }
}
