// One file over several requests. RFC 9110 §14, §15.3.7.3.

/// What several exchanges brought of one file, as it stood when the latest of them ended.
public struct DownloadAssembly: Hashable, Sendable {
    /// Whether there is a digest of the whole file, and why not.
    public enum Digesting: String, Hashable, Sendable, CaseIterable {
        /// All bytes came in order from the first on; the digests are the file's.
        case whole
        /// Bytes of the file are still missing, or nobody said how many it has.
        case incomplete
        /// All bytes came, some of them twice, and nothing tells that they were the same: bodies are never held, and not
        /// all answers bear one strong validator (RFC 9110 §15.3.7.3).
        case unconfirmed
        /// All bytes came, but not in order: in parallel, or behind a hole in the capture. Bodies are never held, so
        /// they could not be hashed.
        case outOfOrder = "out_of_order"
    }

    /// Number of the assembly, from 1, unique in its assembler: the same in all transfers that belong to it.
    public var number: Int
    /// Exchanges that brought parts, this one included.
    public var exchanges = 0
    /// Client ports they came to.
    public var connections = 0
    /// Answers with the whole file to a request for a range of it.
    public var ignoredRanges = 0
    /// Numbers of the exchanges that redirected here, first to last.
    public var redirects: [Int] = []
    /// Size of the file; `nil` while no answer has told it.
    public var totalBytes: Int64?
    /// Bytes of the file that were seen, each counted once.
    public var coveredBytes: Int64 = 0
    /// Bytes that were seen, repeated ones each time.
    public var receivedBytes: Int64 = 0
    /// When the first request was seen.
    public var startedAt: Timestamp
    /// When the last byte was seen.
    public var endedAt: Timestamp
    /// Whether there is a digest.
    public var digesting = Digesting.incomplete
    /// SHA-256 of the whole file as sent, lower-case hex; only with `digesting == .whole`.
    public var sha256: String?
    /// MD5 of the whole file as sent, lower-case hex; only with `digesting == .whole`.
    public var md5: String?

    /// An assembly of nothing yet.
    public init(number: Int, at timestamp: Timestamp) {
        self.number = number
        startedAt = timestamp
        endedAt = timestamp
    }

    /// Whether every byte of the file was seen.
    public var isWhole: Bool { coveredBytes == totalBytes }
}
