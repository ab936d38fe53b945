// One protocol, as its definition file states it: reads messages into events and writes events as messages.

public import Traffic

/// A compiled dialect definition, as dialects.md §6 asks for it.
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
    /// The definition's own version.
    public let definitionVersion: Int
    /// Other names that it can be asked for by.
    public let aliases: [String]
    /// The implementation whose differences count; `nil` for the dialect as it is.
    public let variant: String?
    /// Topic filters that together see every message of the dialect.
    public let subscriptions: [String]
    /// How long its sessions wait for the next evidence.
    public let timers: DialectTimers
    /// Whether devices report their installed version, so that a claimed success can be confirmed.
    public let reportsVersion: Bool

    /// What its command ids tell sessions by.
    public let correlation: CorrelationRules
    /// What no passive recorder sees.
    public let invisible: [Invisible]
    /// Keys whose values are masked wherever payloads and fields are shown.
    public let secrets: [String]

    /// In the definition's order.
    let rules: [MessageRule]
    /// How the rules are read, in the same order.
    let plans: [ReadingPlan]
    let topics: TopicTable
    let style: JSONStyle
    let qos: [Direction: QoS]
    /// The same dialect once for each of its variants.
    var variantDialects: [Dialect] = []

    /// Kinds of event that no passive recorder sees, so that their absence says nothing.
    public var unseen: Set<UpgradeEvent.Kind> { Set(invisible.compactMap(\.event)) }
    /// The names of its variants.
    public var variants: [String] { variantDialects.compactMap(\.variant) }
    /// The messages that its definition shows.
    public var samples: [Sample] { rules.flatMap(\.samples) }

    /// The dialect with the differences of one of its variants.
    /// - Throws: `.noSuchVariant`.
    public func selecting(variant name: String) throws(DialectError) -> Dialect {
        guard var dialect = variantDialects.first(where: { $0.variant == name }) else {
            throw .noSuchVariant(dialect: self.name, variant: name, known: variants)
        }
        dialect.variantDialects = variantDialects
        return dialect
    }

    /// Whether it can be asked for by that name.
    public func isCalled(_ name: String) -> Bool {
        self.name == name || aliases.contains(name)
    }

    /// The event that a message states; `nil` when no topic of this dialect fits.
    ///
    /// A message whose payload does not fit is an event of kind `unknown` with its `reason`; nothing throws. Whoever
    /// reads many messages reads them with a `DialectReader`, which remembers their topics.
    public func read(_ message: Message) -> UpgradeEvent? {
        DialectSet([self]).read(message)
    }

    /// Which way the messages of a rule go; `nil` when there is no such rule.
    public func direction(of rule: String) -> Direction? {
        rules.first { $0.name == rule }?.direction
    }

    /// The quality of service that publishers of this dialect use, where the definition declares it.
    public func declaredQoS(_ direction: Direction) -> QoS? {
        qos[direction]
    }
}
