// What of a message its definition does not know.

internal import Traffic

/// What a definition does not know about one message.
public struct MessageDrift: Hashable, Sendable {
    /// The dialect that claims the message, and the rule.
    public var dialect: String
    /// The message's name in the definition.
    public var rule: String
    /// The keys that no field, condition or `known` list names, as dotted paths with `[*]` for elements of arrays.
    public var unknownFields: [String]
    /// Why the message cannot be read; `nil` where it can.
    public var reason: String?
}

extension DialectSet {
    /// What the dialect that claims a topic does not know of its payload; `nil` when none claims it.
    ///
    /// Not for the stream of messages: it looks at every key.
    /// - Complexity: O(n) in the bytes of the payload.
    public func drift(topic: [UInt8], payload: [UInt8], on leg: ClientLeg? = nil) -> MessageDrift? {
        var found: MessageDrift?
        for claim in claims(on: topic.rawSpan) {
            var (texts, shapes) = (TextMemory(), ShapeMemory())
            let reading = claim.read(
                payload.rawSpan,
                at: Timestamp(nanoseconds: 0),
                on: leg,
                remembering: &texts,
                as: 0,
                &shapes
            )
            guard let event = reading.event else { continue }
            let unknown = ([event] + reading.further).first { $0.kind == .unknown }
            let drift = MessageDrift(
                dialect: claim.plan.dialect,
                rule: claim.plan.rule,
                unknownFields: claim.plan.known.strangers(in: payload.rawSpan),
                reason: unknown?.reason
            )
            if reading.fits { return drift }
            found = found ?? drift
        }
        return found
    }

    /// The keys of a payload that the definition which claims its topic does not know.
    public func unknownFields(topic: [UInt8], payload: [UInt8]) -> [String] {
        drift(topic: topic, payload: payload)?.unknownFields ?? []
    }
}
