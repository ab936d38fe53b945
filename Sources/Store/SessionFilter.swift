// Which sessions a listing shows.

public import Dialects
public import Sessions
public import Traffic

/// Conditions on sessions; those left `nil` let every session pass.
public struct SessionFilter: Hashable, Sendable {
    /// Dialect's name.
    public var dialect: String?
    /// Device.
    public var deviceID: String?
    /// How it ended.
    public var outcome: Session.Outcome?
    /// Why it failed.
    public var failureClass: FailureClass?
    /// First seen at this time or later.
    public var since: Timestamp?
    /// At most so many sessions, the newest of those that pass.
    public var limit: Int

    /// The newest sessions that fulfil every condition given.
    public init(
        dialect: String? = nil,
        deviceID: String? = nil,
        outcome: Session.Outcome? = nil,
        failureClass: FailureClass? = nil,
        since: Timestamp? = nil,
        limit: Int = 1_000
    ) {
        self.dialect = dialect
        self.deviceID = deviceID
        self.outcome = outcome
        self.failureClass = failureClass
        self.since = since
        self.limit = limit
    }
}
