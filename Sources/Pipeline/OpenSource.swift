// A source and the recording that it feeds.

/// A source that is open, and the id of its recording.
struct OpenSource<Source: Sendable>: Sendable {
    let source: Source
    let recordingID: Int64
}
