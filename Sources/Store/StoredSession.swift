// A session as the store holds it.

import Dialects
public import Sessions
public import Traffic

/// A session with its number in the store.
public struct StoredSession: Hashable, Sendable {
    /// The number people use for it; it stays when sessions are derived again.
    public var id: Int64
    /// The session, its findings included.
    public var session: Session
    /// The time before which its evidence is gone; `nil` where all of it is there.
    public var prunedBefore: Timestamp?

    /// A session and its number.
    public init(id: Int64, session: Session, prunedBefore: Timestamp? = nil) {
        self.id = id
        self.session = session
        self.prunedBefore = prunedBefore
    }

    /// The failure class as the store spells it; `nil` for a session that is open or succeeded.
    public var failureClassText: String? { session.failureClass?.rawValue }

    /// The doubt about a success as the store spells it.
    public var doubtText: String? { session.doubt?.rawValue }

    /// The declared digest as algorithm and hex digits.
    public var digestText: String? {
        session.digest.map { $0.algorithm.isEmpty ? $0.hex : "\($0.algorithm) \($0.hex)" }
    }
}
