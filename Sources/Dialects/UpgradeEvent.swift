// A dialect-free fact about an upgrade, read from one message. dialects.md §5.1–5.2.

public import Traffic

/// What one message says about an upgrade, freed of its dialect.
///
/// Fields hold what the message stated and nothing else: an absent field is `nil`, never a guess. Units are
/// normalised (bytes, bytes per second, nanoseconds); `percent` is raw and may leave 0…100.
///
/// Reports of one upgrade differ in times and figures: those stand in the event itself. Texts, and what only offers
/// state, stand in an object that events share (`sharesTexts(with:)`), so that to pass an event on costs one retain.
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
        /// A piece of the image that came over MQTT: measured, not claimed.
        case chunk
        /// The topic is the dialect's, the payload cannot be read; `reason` says why.
        case unknown
    }

    /// When it was recorded.
    public var recordedAt: Timestamp
    /// What events share; replaced as a whole, never changed.
    private(set) var shared: SharedTexts
    private var figures = EventFigures()
    /// What the message says.
    public var kind: Kind
    /// Whether a result (or a reply) claims success.
    public var isOK: Bool?
    /// A result that a later progress may take back (dialects.md §3.4: failure without `complete`).
    public var isSoft = false
    /// What is odd about the message, though it could be read; `oddity` has the words.
    public var oddities: EventOddities = []
    /// Whether the device claims to have verified the digest.
    public var isDigestVerified: Bool?
    /// The failure class that the dialect's patterns find in code and reason of a failed result.
    public var claimedFailure: FailureClass?

    /// Begins an event; fields are filled in by the reader.
    public init(
        kind: Kind,
        recordedAt: Timestamp,
        dialect: String,
        rule: String,
        deviceID: String
    ) {
        let texts = EventTexts(dialect: dialect, rule: rule, deviceID: deviceID)
        self.init(kind: kind, recordedAt: recordedAt, sharing: SharedTexts(texts))
    }

    /// Begins an event that shares texts.
    init(kind: Kind, recordedAt: Timestamp, sharing texts: SharedTexts) {
        self.kind = kind
        self.recordedAt = recordedAt
        shared = texts
    }

    /// Takes texts that other events may share.
    mutating func share(_ texts: SharedTexts) {
        shared = texts
    }

    /// Whether both events hold the same object of texts: `true` implies equal texts, `false` implies nothing.
    ///
    /// The texts are all strings and the digest, and what only offers state: `sizeBytes`, `ackTimeout` and
    /// `socketTimeout`.
    /// - Complexity: O(1).
    public func sharesTexts(with other: UpgradeEvent) -> Bool {
        shared === other.shared
    }

    /// The object of texts: equal for events that share it, as long as one of them is held.
    public var textsIdentity: ObjectIdentifier { ObjectIdentifier(shared) }

    /// A hash of dialect and device that this process keys anew: equal ones have equal hashes.
    /// - Complexity: O(1); the hash is made together with the texts.
    public var deviceHash: Int { shared.deviceHash }

    /// The hash that events of this device have.
    public static func deviceHash(dialect: String, deviceID: String) -> Int {
        var hasher = Hasher()
        hasher.combine(dialect)
        hasher.combine(deviceID)
        return hasher.finalize()
    }
}

// MARK: - Figures

extension UpgradeEvent {
    /// The time the payload claims, in UTC; `nil` when it claims none or an unreadable one.
    public var claimedAt: Timestamp? {
        get { figures.claimedAt }
        set { figures.claimedAt = newValue }
    }

    /// Claimed percentage, raw.
    public var percent: Double? {
        get { figures.percent }
        set { figures.percent = newValue }
    }

    /// Claimed bytes downloaded.
    public var downloadedBytes: Int64? {
        get { figures.downloadedBytes }
        set { figures.downloadedBytes = newValue }
    }

    /// Claimed total bytes.
    public var totalBytes: Int64? {
        get { figures.totalBytes }
        set { figures.totalBytes = newValue }
    }

    /// Claimed speed, normalised.
    public var bytesPerSecond: Double? {
        get { figures.bytesPerSecond }
        set { figures.bytesPerSecond = newValue }
    }

    /// Claimed time left.
    public var remaining: Duration? {
        get { figures.remaining }
        set { figures.remaining = newValue }
    }

    /// Claimed duration of the download.
    public var duration: Duration? {
        get { figures.duration }
        set { figures.duration = newValue }
    }
}
