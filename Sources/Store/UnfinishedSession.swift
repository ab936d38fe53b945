// A session that evidence still to come may continue.

public import Sessions
public import Traffic

/// A session of an earlier run that may go on, and what it rests on beside its evidence.
public struct UnfinishedSession: Hashable, Sendable {
    /// The store's number.
    public var id: Int64
    /// What it is known by.
    public var key: Session.Key
    /// When the last of its evidence was seen that the store has filed.
    public var lastSeenAt: Timestamp
    /// The version that its device ran before.
    public var fromVersion: String?
    /// Whether evidence of it is gone, so that it cannot be read again.
    public var isPruned: Bool

    /// What was commanded.
    public var command: CommandKey { CommandKey(key) }
}
