// A session together with the evidence it was derived from.

public import Sessions

/// A session to be kept, and its links to its evidence.
///
/// While recording, the links may be only those that are new since the session was written last: links that were made
/// stay, and a message that is named again is linked as it is named now. When sessions are replaced, the links are all
/// there is.
public struct DerivedSession: Hashable, Sendable {
    /// The session with its findings.
    public var session: Session
    /// Messages that belong to it, copies and transport duplicates included; of one named twice the last counts.
    public var messages: [MessageLink]
    /// Transfers that served it; the first session that names a transfer owns it.
    public var transferIDs: [Int64]
    /// For each transfer that is a copy, the transfer it is a copy of.
    public var transferCopies: [Int64: Int64]

    /// A session and its evidence.
    public init(
        session: Session,
        messages: [MessageLink] = [],
        transferIDs: [Int64] = [],
        transferCopies: [Int64: Int64] = [:]
    ) {
        self.session = session
        self.messages = messages
        self.transferIDs = transferIDs
        self.transferCopies = transferCopies
    }
}
