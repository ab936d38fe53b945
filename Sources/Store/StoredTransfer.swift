// A transfer as the store holds it.

public import Traffic

/// One measured download, with its place in the store.
public struct StoredTransfer: Hashable, Sendable {
    /// The store's id, given by the writer.
    public var id: Int64
    /// The recording that saw it.
    public var recordingID: Int64
    /// The download.
    public var transfer: Transfer
    /// The session that owns it; links are a session's, written with it.
    public var sessionID: Int64?
    /// The transfer it is a copy of, seen by another recording.
    public var copyOf: Int64?

    /// A transfer with its place in the store.
    public init(
        id: Int64,
        recordingID: Int64,
        transfer: Transfer,
        sessionID: Int64? = nil,
        copyOf: Int64? = nil
    ) {
        self.id = id
        self.recordingID = recordingID
        self.transfer = transfer
        self.sessionID = sessionID
        self.copyOf = copyOf
    }
}
