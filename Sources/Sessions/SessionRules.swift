// What the tracker needs to know of a dialect.

public import Dialects

/// How the sessions of one dialect are judged.
public struct SessionRules: Hashable, Sendable {
    /// The dialect's windows of recorded time.
    public var timers: DialectTimers
    /// Whether devices report their installed version: only then does a missing report mean something.
    public var reportsVersion: Bool

    /// Joins a dialect's windows with what its devices report.
    public init(timers: DialectTimers = DialectTimers(), reportsVersion: Bool = false) {
        self.timers = timers
        self.reportsVersion = reportsVersion
    }
}
