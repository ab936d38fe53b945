// One device's one upgrade: what was claimed and what was measured, side by side. dialects.md §5.3–5.6.

public import Dialects
public import Traffic

/// One device's one upgrade.
///
/// Times are recorded times. Claimed figures come from messages, measured ones from transfers; neither is ever
/// filled from the other.
public struct Session: Hashable, Sendable {
    /// What tells this session from all others, stable over re-reading the same evidence.
    public struct Key: Hashable, Sendable {
        /// Dialect's name.
        public var dialect: String
        /// Product, or empty.
        public var productID: String
        /// Device.
        public var deviceID: String
        /// The command id, or `@` and the nanoseconds of the first evidence where the dialect gave none.
        public var command: String
        /// Counts runs under one command id, from 1.
        public var attempt: Int

        /// A key from its parts.
        public init(dialect: String, productID: String, deviceID: String, command: String, attempt: Int) {
            self.dialect = dialect
            self.productID = productID
            self.deviceID = deviceID
            self.command = command
            self.attempt = attempt
        }
    }

    /// Where an upgrade stands (dialects.md §5.3).
    public enum State: String, Hashable, Sendable, CaseIterable {
        case polled, offered, accepted, transferring, verifying, installing, rebooting
        case confirmed
        case reportedOK = "reported-ok"
        case failed
        case timedOut = "timed-out"
        case expired, rejected, cancelled, superseded, unconfirmed, contradicted
    }

    /// How it ended, as far as the evidence goes.
    public enum Outcome: String, Hashable, Sendable, CaseIterable {
        case open, ok, failed, cancelled, superseded, unknown
    }

    /// Where a failure class was read from.
    public enum FailureSource: String, Hashable, Sendable, CaseIterable {
        /// Seen on the wire.
        case measured
        /// Told by the device.
        case claimed
        /// Concluded from silence.
        case silence
    }

    /// What an image came over.
    public enum Carrier: String, Hashable, Sendable, CaseIterable {
        /// HTTP responses: the session's transfers.
        case http
        /// Pieces in MQTT messages.
        case mqtt
    }

    /// Stable identity.
    public var key: Key
    /// Gateway that relays for the device.
    public var gatewayID: String?
    /// A: `command_id`; B: the offer's `messageId`.
    public var commandID: String?
    /// Firmware the offer named.
    public var firmwareID: String?
    /// Version before, from the last version report.
    public var fromVersion: String?
    /// Version offered.
    public var toVersion: String?
    /// The gateway's own session that this one is a part of.
    public var parent: Key?
    /// The session whose upgrade this one tries again under a new command id.
    public var retryOf: Key?
    /// Offered URL, verbatim: it may carry credentials.
    public var url: String?
    /// Declared size.
    public var sizeBytes: Int64?
    /// Declared digest.
    public var digest: DeclaredDigest?

    /// Where it stands.
    public var state: State = .offered
    /// How it ended.
    public var outcome: Outcome = .open
    /// Why it did not succeed; set exactly when `outcome` is `.failed`, `.cancelled` or `.superseded`.
    public var failureClass: FailureClass?
    /// Why a success is not to be trusted: only with outcome `.ok`.
    public var doubt: FailureClass?
    /// Where the class, or the doubt, was read from.
    public var failureSource: FailureSource?
    /// The evidence for the class, or the doubt, as one sentence, with figures.
    public var failureEvidence: String?
    /// The store's ids of the messages that show it.
    public var failureMessageIDs: [Int64] = []
    /// The store's ids of the transfers that show it.
    public var failureTransferIDs: [Int64] = []

    /// Offer: pushed, or the answer to a poll.
    public var offeredAt: Timestamp?
    /// Acceptance.
    public var acceptedAt: Timestamp?
    /// First claimed progress.
    public var firstProgressAt: Timestamp?
    /// Last claimed progress.
    public var lastProgressAt: Timestamp?
    /// First request of the download.
    public var transferStartedAt: Timestamp?
    /// Last byte of the download.
    public var transferEndedAt: Timestamp?
    /// First claimed end.
    public var resultAt: Timestamp?
    /// Version report that confirmed or contradicted.
    public var confirmedAt: Timestamp?
    /// When the session came to its end; `nil` while open.
    public var endedAt: Timestamp?
    /// First evidence of any kind.
    public var firstSeenAt: Timestamp
    /// Last evidence of any kind.
    public var lastSeenAt: Timestamp

    /// Last claimed percentage.
    public var claimedPercent: Double?
    /// Last claimed bytes.
    public var claimedBytes: Int64?
    /// Last claimed total.
    public var claimedTotalBytes: Int64?
    /// Last claimed speed.
    public var claimedBytesPerSecond: Double?
    /// Claimed duration of the download.
    public var claimedDuration: Duration?
    /// Status or error code of the first claimed end, verbatim.
    public var claimedCode: String?
    /// Text of the first claimed end, verbatim: it may carry credentials.
    public var claimedReason: String?
    /// Whether the device claims to have verified the digest.
    public var claimsDigestVerified: Bool?
    /// The class the device's own words point to.
    public var claimedFailure: FailureClass?

    /// Measured: status of the transfer that counts (the last).
    public var measuredStatus: Int?
    /// Measured: bytes of the image, of all the session's successful responses or distinct pieces together.
    public var measuredBytes: Int64?
    /// Measured: first response byte to last body byte of the transfer that counts, `nil` unless it succeeded; over
    /// MQTT first piece to last.
    public var measuredDuration: Duration?
    /// Measured: SHA-256 of an image that came whole: in one response, or in several and in order.
    public var measuredSHA256: String?
    /// Measured: MD5 of an image that came whole: in one response, or in several and in order.
    public var measuredMD5: String?
    /// Measured: whether the body's digest is the declared one; `nil` when it cannot be told.
    public var isDigestMatching: Bool?
    /// Number of transfers that belong to the session.
    public var transferCount = 0
    /// What the measured image came over; `nil` when nothing was measured.
    public var carrier: Carrier?
    /// Distinct pieces of the image that came over MQTT.
    public var chunkCount = 0

    /// Progress messages, copies not counted.
    public var progressCount = 0
    /// Copies of messages from further vantages.
    public var copyCount = 0
    /// Transport duplicates dropped.
    public var duplicateCount = 0
    /// Whether the session's beginning was recorded, or is none that any recorder can see (`SessionRules.unseen`).
    public var isHeadSeen = false
    /// Whether the session's end was recorded.
    public var isTailSeen = false
    /// Whether evidence was attached by a guess among several sessions.
    public var isAmbiguous = false
    /// What follows from its times and figures.
    public var facts = SessionFacts()
    /// Findings, in the order they were made.
    public var anomalies: [Anomaly] = []

    /// Begins a session at its first evidence.
    public init(key: Key, firstSeenAt: Timestamp) {
        self.key = key
        self.firstSeenAt = firstSeenAt
        self.lastSeenAt = firstSeenAt
    }
}
