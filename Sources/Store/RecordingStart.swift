// What is known of a recording when it begins.

public import Traffic

/// A run of `record` or `import` at its beginning.
public struct RecordingStart: Hashable, Sendable {
    /// Where the traffic comes from.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// A subscription at a broker.
        case broker
        /// Packets of a network interface.
        case interface
        /// A capture file or another tool's recording.
        case file
    }

    /// The source in words: a broker's address, an interface's name, a file's path.
    public var source: String
    /// Where the traffic comes from.
    public var kind: Kind
    /// When the recording began.
    public var startedAt: Timestamp
    /// SHA-256 of an imported file, lower-case hex; the same file is imported once only.
    public var fileSHA256: String?
    /// Where an imported file lies, whatever the working directory.
    public var filePath: String?
    /// Version of otatape that records.
    public var toolVersion: String

    /// A recording that is about to begin.
    public init(
        source: String,
        kind: Kind,
        startedAt: Timestamp,
        fileSHA256: String? = nil,
        filePath: String? = nil,
        toolVersion: String
    ) {
        self.source = source
        self.kind = kind
        self.startedAt = startedAt
        self.fileSHA256 = fileSHA256
        self.filePath = filePath
        self.toolVersion = toolVersion
    }
}
