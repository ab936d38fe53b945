// A finding about a session, with its evidence. dialects.md §7.

public import Traffic

/// Something in a session that an engineer should look at.
public struct Anomaly: Hashable, Sendable {
    /// What was found; the raw values are the store's codes (names of dialects.md §7).
    public enum Code: String, Hashable, Sendable, CaseIterable {
        case noAck = "no-ack"
        case hashMismatchMeasured = "hash-mismatch-measured"
        case httpError = "http-error"
        case truncatedFetch = "truncated-fetch"
        case stallGap = "stall-gap"
        case progressRegression = "progress-regression"
        case progressOver100 = "progress-over-100"
        case invalidPayload = "invalid-payload"
        /// A limit of the analyzer's memory kept evidence from being looked at.
        case memoryLimit = "memory-limit"
        case connectionGivenUp = "connection-given-up"
        case connectionGap = "connection-gap"
    }

    /// How much it matters.
    public enum Severity: String, Hashable, Sendable, CaseIterable, Comparable {
        case notice, warning, error

        /// Orders by weight: notice, warning, error.
        public static func < (lhs: Severity, rhs: Severity) -> Bool { lhs.rank < rhs.rank }
        private var rank: Int { self == .notice ? 0 : self == .warning ? 1 : 2 }
    }

    /// What was found.
    public var code: Code
    /// How much it matters.
    public var severity: Severity
    /// When, in recorded time.
    public var at: Timestamp
    /// The finding as a sentence, with figures.
    public var text: String
    /// The store's ids of the messages that show it.
    public var messageIDs: [Int64]
    /// The store's ids of the transfers that show it.
    public var transferIDs: [Int64]

    /// A finding.
    public init(
        code: Code,
        severity: Severity,
        at: Timestamp,
        text: String,
        messageIDs: [Int64] = [],
        transferIDs: [Int64] = []
    ) {
        self.code = code
        self.severity = severity
        self.at = at
        self.text = text
        self.messageIDs = messageIDs
        self.transferIDs = transferIDs
    }
}
