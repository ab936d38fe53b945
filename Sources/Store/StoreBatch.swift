// What one transaction of a recorder writes.

public import Sessions

/// Everything that a recorder hands to the store at once: all of it is kept, or none.
public struct StoreBatch: Sendable {
    /// Connections that are new or about which more is known.
    public var connections: [StoredConnection] = []
    /// New messages.
    public var messages = MessageRows()
    /// New transfers.
    public var transfers: [StoredTransfer] = []
    /// New servers that were not reached.
    public var unreached: [StoredUnreached] = []
    /// Sessions that are new or have changed.
    public var sessions: [DerivedSession] = []
    /// New findings about evidence that belongs to no session.
    public var findings: [Anomaly] = []
    /// New findings about connections that recordings saw.
    public var recordingFindings: [RecordingFinding] = []
    /// Running totals by recording.
    public var counts: [Int64: RecordingCounts] = [:]

    /// An empty batch.
    public init() {}

    /// Rows that wait to be written, those of sessions and findings not counted.
    public var evidenceCount: Int { connections.count + messages.count + transfers.count + unreached.count }

    /// Whether there is nothing to write.
    public var isEmpty: Bool {
        connections.isEmpty && messages.isEmpty && transfers.isEmpty && unreached.isEmpty && sessions.isEmpty
            && findings.isEmpty && recordingFindings.isEmpty && counts.isEmpty
    }

    /// Removes everything; the memory serves the next batch.
    public mutating func removeAll() {
        connections.removeAll(keepingCapacity: true)
        messages.removeAll(keepingCapacity: true)
        transfers.removeAll(keepingCapacity: true)
        unreached.removeAll(keepingCapacity: true)
        sessions.removeAll(keepingCapacity: true)
        findings.removeAll(keepingCapacity: true)
        recordingFindings.removeAll(keepingCapacity: true)
        counts.removeAll(keepingCapacity: true)
    }
}
