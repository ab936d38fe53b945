// A finding about a session, with its evidence. dialects.md §7.

public import Traffic

/// Something in a session that an engineer should look at.
public struct Anomaly: Hashable, Sendable {
    /// What was found; the raw values are the store's codes (names of dialects.md §7).
    public enum Code: String, Hashable, Sendable, CaseIterable {
        case noAck = "no-ack"
        case ackThenSilence = "ack-then-silence"
        case progressWithoutAck = "progress-without-ack"
        case orphanResult = "orphan-result"
        case duplicateOffer = "duplicate-offer"
        case ignoredOffer = "ignored-offer"
        case rerunSameID = "rerun-same-id"
        case doubleResult = "double-result"
        case conflictingResults = "conflicting-results"
        case resultAfterDeadline = "result-after-deadline"
        case messageAfterEnd = "message-after-end"
        case progressRegression = "progress-regression"
        case progressOver100 = "progress-over-100"
        case invalidPercent = "invalid-percent"
        case progressJump = "progress-jump"
        case plateau
        case stallGap = "stall-gap"
        case deadEnd = "dead-end"
        case successBelow100 = "success-below-100"
        case wholeWithoutResult = "100-without-result"
        case failureAfter100 = "failure-after-100"
        case hashClaimConflict = "hash-claim-conflict"
        case sizeMismatch = "size-mismatch"
        case hashMismatchMeasured = "hash-mismatch-measured"
        case successWithoutFetch = "success-without-fetch"
        case repeatedFetch = "repeated-fetch"
        case truncatedFetch = "truncated-fetch"
        case httpError = "http-error"
        case fetchByOtherClient = "fetch-by-other-client"
        case speedClaimOff = "speed-claim-off"
        case durationClaimOff = "duration-claim-off"
        case clockSkew = "clock-skew"
        case constantClock = "constant-clock"
        case badTimestamp = "bad-timestamp"
        case outOfOrder = "out-of-order"
        case transportDuplicateRate = "transport-duplicate-rate"
        case qosDowngrade = "qos-downgrade"
        case retainedCommand = "retained-command"
        case invalidPayload = "invalid-payload"
        case unexpectedFields = "unexpected-fields"
        case credentialLeak = "credential-leak"
        case plaintextArtifact = "plaintext-artifact"
        case versionNotConfirmed = "version-not-confirmed"
        case versionUnchanged = "version-unchanged"
        case unexpectedVersion = "unexpected-version"
        case notAnUpgrade = "not-an-upgrade"
        case flappingReoffer = "flapping-reoffer"
        case rebootLoop = "reboot-loop"
        case rejectCode = "reject-code"
        case replyIDUnknown = "reply-id-unknown"
        case topicIdentityMismatch = "topic-identity-mismatch"
        case childDivergence = "child-divergence"
        case retransmitStorm = "retransmit-storm"
        case fleetCorrelation = "fleet-correlation"
        case serverVerdictGap = "server-verdict-gap"
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
