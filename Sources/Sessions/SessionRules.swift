// What the tracker needs to know of a dialect.

public import Dialects
public import Traffic

/// How the sessions of one dialect are judged.
public struct SessionRules: Hashable, Sendable {
    /// The dialect's windows of recorded time.
    public var timers: DialectTimers
    /// Whether devices report their installed version: only then does a missing report mean something.
    public var reportsVersion: Bool

    /// What its command ids tell sessions by.
    public var correlation: CorrelationRules
    /// Kinds of event that no passive recorder sees: their absence says nothing.
    public var unseen: Set<UpgradeEvent.Kind>
    /// Quality of service that publishers use, by direction, where the dialect declares it.
    public var declaredQoS: [Dialect.Direction: QoS]

    /// Joins a dialect's windows with what its devices report and what can be seen of it.
    public init(
        timers: DialectTimers = DialectTimers(),
        reportsVersion: Bool = false,
        correlation: CorrelationRules = CorrelationRules(),
        unseen: Set<UpgradeEvent.Kind> = [],
        declaredQoS: [Dialect.Direction: QoS] = [:]
    ) {
        self.timers = timers
        self.reportsVersion = reportsVersion
        self.correlation = correlation
        self.unseen = unseen
        self.declaredQoS = declaredQoS
    }
}
