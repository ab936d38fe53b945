// What changed since the tracker was last asked.

/// A session as it stands now, with the ids of its evidence.
public struct TrackedSession: Hashable, Sendable {
    /// The session, assessed.
    public var session: Session
    /// Its messages in recorded order; copies, transport duplicates and thinned-out progress are left out.
    public var messageIDs: [Int64]
    /// Its downloads in the order of their requests, those shared through a gateway included, copies left out.
    public var transferIDs: [Int64]

    /// Joins a session and the ids of its evidence.
    public init(session: Session, messageIDs: [Int64], transferIDs: [Int64]) {
        self.session = session
        self.messageIDs = messageIDs
        self.transferIDs = transferIDs
    }
}

/// Everything a store has to write to follow the tracker.
///
/// Apply in the order of the properties. A filing here replaces any earlier one of the same id.
public struct SessionChanges: Hashable, Sendable {
    /// Sessions that are new or changed.
    public var sessions: [TrackedSession] = []
    /// Messages filed or filed anew, copies and transport duplicates included.
    public var messages: [FiledMessage] = []
    /// Downloads filed or filed anew, copies included.
    public var transfers: [FiledTransfer] = []
    /// Sessions told of earlier that earlier evidence has since dissolved; nothing belongs to them any more.
    public var retracted: [Session.Key] = []

    /// No changes.
    public init() {}

    /// Whether there is nothing to write.
    public var isEmpty: Bool {
        sessions.isEmpty && messages.isEmpty && transfers.isEmpty && retracted.isEmpty
    }
}
