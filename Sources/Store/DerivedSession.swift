// A session together with the evidence it was derived from.

public import Sessions

/// A session to be kept, and the ids of its evidence.
///
/// While recording, the ids may be only those that are new since the session was written last: links that were made
/// stay, and a message that is named again is linked as it is named now. When sessions are replaced, the ids are all
/// there is.
public struct DerivedSession: Hashable, Sendable {
    /// The session with its findings.
    public var session: Session
    /// Messages that belong to it, copies and transport duplicates included.
    public var messageIDs: [Int64]
    /// For each message that is a copy, the message it is a copy of.
    public var messageCopies: [Int64: Int64]
    /// Messages that are transport duplicates.
    public var duplicateIDs: [Int64]
    /// Transfers that served it; the first session that names a transfer owns it.
    public var transferIDs: [Int64]
    /// For each transfer that is a copy, the transfer it is a copy of.
    public var transferCopies: [Int64: Int64]

    /// A session and its evidence.
    public init(
        session: Session,
        messageIDs: [Int64] = [],
        messageCopies: [Int64: Int64] = [:],
        duplicateIDs: [Int64] = [],
        transferIDs: [Int64] = [],
        transferCopies: [Int64: Int64] = [:]
    ) {
        self.session = session
        self.messageIDs = messageIDs
        self.messageCopies = messageCopies
        self.duplicateIDs = duplicateIDs
        self.transferIDs = transferIDs
        self.transferCopies = transferCopies
    }
}
