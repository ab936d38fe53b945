// What a message is to its session.

/// One message of a session.
public struct MessageLink: Hashable, Sendable {
    /// What a message is to its session.
    public enum Role: Hashable, Sendable {
        /// Evidence of its own.
        case original
        /// One more sighting of the message with this id, from another vantage.
        case copy(of: Int64)
        /// A redelivery of the message with this id: counted, and no evidence.
        case transportDuplicate(of: Int64)
    }

    /// The store's id.
    public var id: Int64
    /// What it is to the session.
    public var role: Role
    /// Whether it came after the session's end.
    public var isAfterEnd: Bool

    /// Links a message.
    public init(id: Int64, role: Role, isAfterEnd: Bool = false) {
        self.id = id
        self.role = role
        self.isAfterEnd = isAfterEnd
    }
}
