// What changed since the tracker was last asked.

/// A session as it stands now, with what is new of its evidence.
public struct TrackedSession: Hashable, Sendable {
    /// The session, assessed.
    public var session: Session
    /// Its messages that were not told before, or not as what they are now.
    public var messages: [MessageLink]
    /// Its downloads in the order of their requests, those shared through a gateway included.
    ///
    /// Copies follow in the session that owns what they are copies of.
    public var transfers: [TransferLink]

    /// Joins a session and its evidence.
    public init(session: Session, messages: [MessageLink], transfers: [TransferLink]) {
        self.session = session
        self.messages = messages
        self.transfers = transfers
    }
}

/// Everything a store has to write to follow the tracker.
///
/// Apply in the order of the properties. A link here replaces any earlier one of the same message.
public struct SessionChanges: Hashable, Sendable {
    /// Sessions that are new or changed.
    public var sessions: [TrackedSession] = []
    /// Downloads filed or filed anew, copies included.
    public var transfers: [FiledTransfer] = []
    /// Sessions told of earlier that earlier evidence has since dissolved; nothing belongs to them any more.
    public var retracted: [Session.Key] = []

    /// No changes.
    public init() {}

    /// Whether there is nothing to write.
    public var isEmpty: Bool {
        sessions.isEmpty && transfers.isEmpty && retracted.isEmpty
    }
}
