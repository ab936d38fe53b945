// Stored evidence in one order.

public import Traffic

/// One piece of stored evidence.
public enum StoredEvidence: Hashable, Sendable {
    /// A message; it counts at the time it was recorded.
    case message(StoredMessage)
    /// A download; it counts at its end, which is when a recorder knows it.
    case transfer(StoredTransfer)
    /// A server that was not reached; it counts when it was given up.
    case unreached(StoredUnreached)

    /// When the recorder knew of it.
    public var at: Timestamp {
        switch self {
        case .message(let stored): stored.message.recordedAt
        case .transfer(let stored): stored.transfer.exchange.endedAt
        case .unreached(let stored): stored.server.endedAt
        }
    }
}
