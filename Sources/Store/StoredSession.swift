// A session as the store holds it.

public import Sessions

/// A session with its number in the store.
public struct StoredSession: Hashable, Sendable {
    /// The number people use for it; it stays when sessions are derived again.
    public var id: Int64
    /// The session, its findings included.
    public var session: Session

    /// A session and its number.
    public init(id: Int64, session: Session) {
        self.id = id
        self.session = session
    }
}
