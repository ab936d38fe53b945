// A recording that was read from capture files.

/// A recording that was imported, and the files that it was read from.
public struct FileRecording: Hashable, Sendable {
    /// One of the files.
    public struct File: Hashable, Sendable {
        /// Where it lay.
        public var path: String
        /// SHA-256 of its contents then, lower-case hex.
        public var sha256: String

        /// A file.
        public init(path: String, sha256: String) {
            self.path = path
            self.sha256 = sha256
        }
    }

    /// The store's id.
    public var id: Int64
    /// Captured bytes.
    public var bytes: Int64
    /// The files, each continuing the one before it.
    public var files: [File]
}
