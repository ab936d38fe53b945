// A dialect's messages, as people ask about them.

/// One message of a dialect, described.
public struct MessageOutline: Hashable, Sendable {
    /// A field and where it stands.
    public struct Field: Hashable, Sendable {
        /// The event's field; `nil` for a key that is only written.
        public var name: String?
        /// Where it may stand; the first is written.
        public var paths: [String]
        /// The unit it is stated in.
        public var unit: String?
        /// Whether a message without it is unknown.
        public var isRequired: Bool
    }

    /// Its name in the definition.
    public var name: String
    /// Which way it goes.
    public var direction: Dialect.Direction
    /// Its topic templates; the first that an event can fill is written.
    public var topics: [String]
    /// What it can state, each once, in the definition's order.
    public var events: [UpgradeEvent.Kind]
    /// Its fields, in the definition's order.
    public var fields: [Field]
    /// Messages that its definition shows.
    public var samples: [Sample]

    init(_ rule: MessageRule) {
        name = rule.name
        direction = rule.direction
        topics = rule.topics.map(\.template)
        var events: [UpgradeEvent.Kind] = []
        for kind in rule.cases.compactMap(\.kind) where !events.contains(kind) { events.append(kind) }
        self.events = events
        fields = rule.fields.map { field in
            Field(
                name: field.target?.rawValue,
                paths: field.origin.words.map { [$0] } ?? field.places.map(\.name),
                unit: field.unit?.rawValue,
                isRequired: field.isRequired
            )
        }
        samples = rule.samples
    }
}

extension Dialect {
    /// What its messages are, in the definition's order.
    public var messages: [MessageOutline] { rules.map(MessageOutline.init) }
}

private extension FieldRule.Origin {
    /// Where the value comes from, where it stands at no path.
    var words: String? {
        switch self {
        case .payload: nil
        case .clientID: "the connection's client id"
        case .length: "the payload's length"
        }
    }
}

extension TopicPattern {
    /// The template as definitions spell it.
    var template: String {
        levels.map { level in
            switch level {
            case .literal(let bytes): String(decoding: bytes, as: UTF8.self)
            case .alternatives(let words):
                "(\(words.map { String(decoding: $0, as: UTF8.self) }.joined(separator: "|")))"
            case .capture(let name): "{\(name.rawValue)}"
            case .tail(let name): "{\(name.rawValue)+}"
            }
        }.joined(separator: "/")
    }
}
