// A finding about what a recording saw, rather than about a session.

public import Sessions

/// Something that a recording could not read, of a connection that is known; it stays when sessions are derived again.
public struct RecordingFinding: Hashable, Sendable {
    /// The recording.
    public var recordingID: Int64
    /// What was found.
    public var anomaly: Anomaly

    /// Joins a finding and the recording that it is about.
    public init(recordingID: Int64, anomaly: Anomaly) {
        self.recordingID = recordingID
        self.anomaly = anomaly
    }
}
