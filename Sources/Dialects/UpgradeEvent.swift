// A dialect-free fact about an upgrade, read from one message. dialects.md §5.1–5.2.

public import Traffic

/// What one message says about an upgrade, freed of its dialect.
///
/// Fields hold what the message stated and nothing else: an absent field is `nil`, never a guess. Units are
/// normalised (bytes, bytes per second, nanoseconds); `percent` is raw and may leave 0…100.
public struct UpgradeEvent: Hashable, Sendable {
    /// The kinds of fact; raw values are the ones the store and the definitions use.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// The platform tells the device what to install.
        case offer
        /// The device asks for an upgrade.
        case poll
        /// The device takes the offer.
        case accept
        /// The device refuses the offer.
        case reject
        /// The device claims progress.
        case progress
        /// The device claims the end.
        case result
        /// The platform withdraws the offer.
        case cancel
        /// The device confirms the withdrawal.
        case cancelAck = "cancel-ack"
        /// The device states its installed version.
        case version
        /// The platform asks for the installed version.
        case versionQuery = "version-query"
        /// A pull answered with nothing to install.
        case noUpdate = "no-update"
        /// The device comes or goes.
        case presence
        /// Error text from the device.
        case log
        /// The topic is the dialect's, the payload cannot be read; `reason` says why.
        case unknown
    }

    /// What the message says.
    public var kind: Kind
    /// When it was recorded.
    public var recordedAt: Timestamp
    /// The time the payload claims, in UTC; `nil` when it claims none or an unreadable one.
    public var claimedAt: Timestamp?
    /// The dialect's name, such as `jetlinks`.
    public var dialect: String
    /// The definition's message name, such as `upgrade-progress`.
    public var rule: String

    /// Product, where the dialect has one.
    public var productID: String?
    /// The device that upgrades: the child, when a gateway relays.
    public var deviceID: String
    /// The gateway that relays for the device.
    public var gatewayID: String?
    /// A: `command_id`; B: `messageId`.
    public var commandID: String?
    /// B: `firmwareId`; A evolved: `content.file_info.id`.
    public var firmwareID: String?
    /// Version offered, reported or requested.
    public var version: String?
    /// The version a polling device says it runs.
    public var currentVersion: String?
    /// Download URL of an offer, verbatim: it may carry credentials.
    public var url: String?
    /// Declared size in bytes; `nil` when absent or the dialect's "unknown".
    public var sizeBytes: Int64?
    /// Declared digest of the image.
    public var digest: DeclaredDigest?
    /// How long the platform waits for the acknowledgement, where the offer states it.
    public var ackTimeout: Duration?
    /// What the device is given as time limit (seed A: per socket operation).
    public var socketTimeout: Duration?

    /// Claimed percentage, raw.
    public var percent: Double?
    /// Claimed bytes downloaded.
    public var downloadedBytes: Int64?
    /// Claimed total bytes.
    public var totalBytes: Int64?
    /// Claimed speed, normalised.
    public var bytesPerSecond: Double?
    /// Claimed time left.
    public var remaining: Duration?
    /// Whether a result (or a reply) claims success.
    public var isOK: Bool?
    /// A result that a later progress may take back (dialects.md §3.4: failure without `complete`).
    public var isSoft = false
    /// Status or error code, verbatim.
    public var code: String?
    /// Message or error text, verbatim: it may carry credentials.
    public var reason: String?
    /// Claimed duration of the download.
    public var duration: Duration?
    /// Whether the device claims to have verified the digest.
    public var isDigestVerified: Bool?
    /// The failure class that the dialect's patterns find in code and reason of a failed result.
    public var claimedFailure: FailureClass?
    /// Phase named by a gateway (`headers.phase`).
    public var phase: String?

    /// Begins an event; fields are filled in by the reader.
    public init(
        kind: Kind,
        recordedAt: Timestamp,
        dialect: String,
        rule: String,
        deviceID: String
    ) {
        self.kind = kind
        self.recordedAt = recordedAt
        self.dialect = dialect
        self.rule = rule
        self.deviceID = deviceID
    }
}

/// The digest an offer declares, normalised: algorithm and hex in lower case.
public struct DeclaredDigest: Hashable, Sendable {
    /// `sha256`, `md5`, … ; empty when the offer names none and the length does not tell.
    public var algorithm: String
    /// The hex digits in lower case.
    public var hex: String
    /// The text as it was in the payload, for dialects whose devices compare letter by letter.
    public var verbatim: String

    /// A declared digest.
    public init(algorithm: String, hex: String, verbatim: String) {
        self.algorithm = algorithm
        self.hex = hex
        self.verbatim = verbatim
    }
}
