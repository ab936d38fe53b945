// What is known of an import when all of its files are read.

public import Traffic

/// The end of a recording that was read from files.
public struct ImportEnd: Hashable, Sendable {
    /// The recording.
    public var recordingID: Int64
    /// The last thing it saw.
    public var endedAt: Timestamp
    /// Its last totals.
    public var counts: RecordingCounts
    /// Whether the last file was read to its end.
    public var isWhole: Bool
    /// The files, each continuing the one before it.
    public var files: [FileRecording.File]
    /// Whether the store's sessions are as this recording's evidence gives them.
    public var hasSessions: Bool

    /// An end.
    public init(
        recordingID: Int64,
        endedAt: Timestamp,
        counts: RecordingCounts,
        isWhole: Bool,
        files: [FileRecording.File],
        hasSessions: Bool
    ) {
        self.recordingID = recordingID
        self.endedAt = endedAt
        self.counts = counts
        self.isWhole = isWhole
        self.files = files
        self.hasSessions = hasSessions
    }
}
