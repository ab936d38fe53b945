// Where one message went.

/// Which session a message belongs to, and as what.
public struct MessageFiling: Hashable, Sendable {
    /// What a message is to its session.
    public enum Role: Hashable, Sendable {
        /// Evidence of its own.
        case original
        /// One more sighting of the message with this id, from another vantage.
        case copy(of: Int64)
        /// A redelivery of the message with this id: counted, and no evidence.
        case transportDuplicate(of: Int64)
    }

    /// The session; `nil` for messages that stand alone, such as a version report outside any upgrade.
    public var session: Session.Key?
    /// What it is to the session.
    public var role: Role
    /// Whether it came after the session's end.
    public var isAfterEnd: Bool
    /// A finding about a message that belongs to no session.
    public var finding: Anomaly?

    /// Files a message.
    public init(
        session: Session.Key? = nil,
        role: Role = .original,
        isAfterEnd: Bool = false,
        finding: Anomaly? = nil
    ) {
        self.session = session
        self.role = role
        self.isAfterEnd = isAfterEnd
        self.finding = finding
    }
}

/// A message's id in the store with its filing.
public struct FiledMessage: Hashable, Sendable {
    /// The store's id.
    public var id: Int64
    /// Where it belongs.
    public var filing: MessageFiling

    /// Joins an id and a filing.
    public init(id: Int64, filing: MessageFiling) {
        self.id = id
        self.filing = filing
    }
}
