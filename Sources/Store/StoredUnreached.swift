// A server that was not reached, as the store holds it.

public import Traffic

/// One server that was looked up or asked for a connection in vain, and the recording that saw it.
public struct StoredUnreached: Hashable, Sendable {
    /// The recording that saw it.
    public var recordingID: Int64
    /// What was seen.
    public var server: UnreachedServer

    /// A server with its place in the store.
    public init(recordingID: Int64, server: UnreachedServer) {
        self.recordingID = recordingID
        self.server = server
    }
}
