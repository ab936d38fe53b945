// A session with all its evidence in one order.

public import Dialects
public import Traffic

/// A session and the evidence it was made of, in recorded order.
public struct SessionTrace: Hashable, Sendable {
    /// One piece of evidence.
    public enum Entry: Hashable, Sendable {
        /// A message, the store's id of it, and what it says.
        case message(Message, id: Int64, event: UpgradeEvent)
        /// A download and the store's id of it.
        case transfer(Transfer, id: Int64)
    }

    /// The session.
    public var session: Session
    /// Its evidence, copies and transport duplicates left out, ascending in time.
    public var entries: [Entry]

    /// Joins a session and its evidence.
    public init(session: Session, entries: [Entry]) {
        self.session = session
        self.entries = entries
    }

    /// The messages' events, in order.
    public var events: [UpgradeEvent] {
        entries.compactMap { if case .message(_, _, let event) = $0 { event } else { nil } }
    }

    /// The transfers, in order of their requests.
    public var transfers: [Transfer] {
        entries.compactMap { if case .transfer(let transfer, _) = $0 { transfer } else { nil } }
    }
}
