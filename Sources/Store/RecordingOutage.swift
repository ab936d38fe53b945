// A stretch of time in which a recording was without its source.

public import Traffic

/// A stretch of time in which a recording had no connection to its broker.
public struct RecordingOutage: Hashable, Sendable {
    /// The recording.
    public var recordingID: Int64
    /// When the connection was lost.
    public var startedAt: Timestamp
    /// When it was made again; `nil` while it lasts.
    public var endedAt: Timestamp?
    /// Whether the broker had kept the session: then what it queued meanwhile was delivered afterwards.
    public var isSessionKept = false
    /// What was said of the loss, or of the last try to connect again.
    public var cause: String

    /// An outage that begins.
    public init(recordingID: Int64, startedAt: Timestamp, cause: String) {
        self.recordingID = recordingID
        self.startedAt = startedAt
        self.cause = cause
    }
}
