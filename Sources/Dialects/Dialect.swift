// One protocol, as its definition file states it: reads messages into events and writes events as messages.

public import Traffic

/// A compiled dialect definition. dialects.md §6.
///
/// The field map that reads a recorded message is the one that composes it, so what is written reads back.
public struct Dialect: Sendable {
    /// Which way a message goes between platform and device.
    public enum Direction: String, Hashable, Sendable, CaseIterable {
        /// From the platform to the device.
        case down
        /// From the device to the platform.
        case up
    }

    /// The name that events and sessions carry, such as `jetlinks`.
    public let name: String
    /// What the dialect is called in front of people.
    public let title: String
    /// Topic filters that together see every message of the dialect.
    public let subscriptions: [String]
    /// How long its sessions wait for the next evidence.
    public let timers: DialectTimers
    /// Whether devices report their installed version, so that a claimed success can be confirmed.
    public let reportsVersion: Bool

    /// The event that a message states; `nil` when no topic of this dialect fits.
    ///
    /// A message whose payload does not fit is an event of kind `unknown` with its `reason`; nothing throws.
    public func read(_ message: Message) -> UpgradeEvent? {
        nil
    }

    /// Which way the messages of a rule go; `nil` when there is no such rule.
    public func direction(of rule: String) -> Direction? {
        nil
    }

    /// The quality of service that publishers of this dialect use, where the definition declares it.
    public func declaredQoS(_ direction: Direction) -> QoS? {
        nil
    }

    /// The message that states `event`, in this dialect's form.
    ///
    /// The rule is `event.rule`, or the first that can say `event.kind` when `rule` is empty. Fields come in the
    /// definition's order; absent ones are omitted unless the definition gives a constant.
    /// - Throws: when no rule can say it, or an id that the topic or the payload needs is absent or unfit.
    public func compose(_ event: UpgradeEvent) throws(DialectError) -> Composition {
        throw .inexpressible(dialect: name, rule: event.rule, kind: event.kind)
    }

    /// The recorded message with only the mapped fields that differ from `event` replaced.
    ///
    /// Every other byte stays: unknown keys, order, spacing. Fields that the payload lacks are not added, and
    /// fields that are `nil` in the event stay as they are; so does a payload that is not JSON. The topic is made
    /// anew from the event's ids with the template that fitted.
    /// - Throws: when no topic of this dialect fits, or an id cannot stand in the topic.
    public func rewrite(_ message: Message, to event: UpgradeEvent) throws(DialectError) -> Composition {
        throw .foreignTopic(dialect: name, topic: String(decoding: message.topic, as: UTF8.self))
    }
}
