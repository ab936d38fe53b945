// How far a command id reaches, and what it is made of. dialects.md §6, requirement 8.

/// What a dialect's command ids tell sessions by.
public struct CorrelationRules: Hashable, Sendable {
    /// Where a command id names one command.
    public enum Scope: String, Hashable, Sendable, CaseIterable {
        /// Each device's ids are its own.
        case device
        /// One id for a whole deployment: it tells nothing without the device.
        case deployment
        /// One id in all the world: it finds the device by itself where a message names none.
        case global
    }

    /// Where a command id names one command.
    public var scope: Scope
    /// What ends the part of an id that names the kind of content (`FW-…` and `AD-…` run side by side).
    public var kindSeparator: String?

    /// Rules, by default those of ids that are each device's own.
    public init(scope: Scope = .device, kindSeparator: String? = nil) {
        self.scope = scope
        self.kindSeparator = kindSeparator
    }
}
