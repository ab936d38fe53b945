// Looks at messages closely: not for the stream of messages, but for what was stored of it.

public import Traffic

/// Finds what messages state, and which keys they have, known and unknown.
public struct MessageExaminer: ~Copyable {
    /// Most keys of one message that are looked at.
    private static let keyLimit = 256
    /// Most topics whose templates are remembered.
    private static let topicLimit = 16_384
    /// Bytes of a value or a payload that are shown.
    private static let excerptLength = 120

    private let dialects: DialectSet
    private var reader: DialectReader
    private let plans: [String: ReadingPlan]
    /// The template of a topic in a dialect, by both names.
    private var templates: [[UInt8]: [String: String]] = [:]

    /// An examiner of messages in these dialects.
    public init(_ dialects: DialectSet) {
        self.dialects = dialects
        reader = DialectReader(dialects)
        var plans: [String: ReadingPlan] = [:]
        for plan in dialects.all.flatMap(\.plans) { plans[Self.name(plan.dialect, plan.rule)] = plan }
        self.plans = plans
    }

    /// What a message states, and its keys; `nil` when it is no dialect's business.
    ///
    /// Of a message that states several events the first that is unknown counts, or else the first.
    /// - Complexity: O(n) in the payload's bytes, and in the paths of a definition.
    public mutating func examine(_ message: Message) -> ExaminedMessage? {
        let payload = message.payload.rawSpan
        let reading = reader.read(
            topic: message.topic.rawSpan,
            payload: payload,
            at: message.recordedAt,
            on: ClientLeg(clientID: message.clientID, direction: message.direction)
        )
        guard let reading else { return nil }
        let event = ([reading.event] + reading.further).first { $0.kind == .unknown } ?? reading.event
        guard let plan = plans[Self.name(event.dialect, event.rule)],
            let dialect = dialects[event.dialect]
        else { return nil }
        let isReadable = event.kind != .unknown
        let keys = isReadable ? plan.known.keys(in: payload, limit: Self.keyLimit) : []
        return ExaminedMessage(
            dialect: event.dialect,
            template: template(of: message.topic, in: dialect),
            event: event,
            payloadText: Self.excerpt(message.payload[...]),
            keys: keys.map { key in
                ExaminedMessage.Key(
                    path: key.path,
                    value: Self.excerpt(message.payload[key.value]),
                    isKnown: key.isKnown
                )
            },
            secrets: dialect.secrets
        )
    }

    private mutating func template(of topic: [UInt8], in dialect: Dialect) -> String {
        if let known = templates[topic]?[dialect.name] { return known }
        let template = dialect.claim(on: topic.rawSpan)?.pattern.template ?? ""
        if templates.count >= Self.topicLimit { templates.removeAll() }
        templates[topic, default: [:]][dialect.name] = template
        return template
    }

    private static func name(_ dialect: String, _ rule: String) -> String { "\(dialect) \(rule)" }

    private static func excerpt(_ bytes: ArraySlice<UInt8>) -> String {
        let text = String(decoding: bytes.prefix(excerptLength), as: UTF8.self)
        return bytes.count > excerptLength ? text + "…" : text
    }
}
