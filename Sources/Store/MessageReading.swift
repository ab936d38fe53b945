// What a dialect read in a message, as far as queries need it.

public import Dialects
public import Traffic

/// The figures of a message's event that the store keeps in columns; everything else is read again from the bytes.
public struct MessageReading: Hashable, Sendable {
    /// Dialect's name.
    public var dialect: String
    /// The definition's message name.
    public var rule: String
    /// What the message says.
    public var event: UpgradeEvent.Kind
    /// Device.
    public var deviceID: String
    /// Command or message id.
    public var commandID: String?
    /// Version offered, reported or requested.
    public var version: String?
    /// Time the payload claims.
    public var claimedAt: Timestamp?
    /// Claimed percentage, raw.
    public var percent: Double?
    /// Claimed bytes downloaded.
    public var downloadedBytes: Int64?
    /// Claimed total bytes.
    public var totalBytes: Int64?
    /// Claimed speed.
    public var bytesPerSecond: Double?
    /// Whether a result or a reply claims success.
    public var isOK: Bool?
    /// Status or error code, verbatim.
    public var code: String?

    /// The stored figures of an event.
    public init(_ event: UpgradeEvent) {
        self.init(dialect: event.dialect, rule: event.rule, event: event.kind, deviceID: event.deviceID)
        commandID = event.commandID
        version = event.version
        claimedAt = event.claimedAt
        percent = event.percent
        downloadedBytes = event.downloadedBytes
        totalBytes = event.totalBytes
        bytesPerSecond = event.bytesPerSecond
        isOK = event.isOK
        code = event.code
    }

    /// A reading without figures.
    public init(dialect: String, rule: String, event: UpgradeEvent.Kind, deviceID: String) {
        self.dialect = dialect
        self.rule = rule
        self.event = event
        self.deviceID = deviceID
    }
}
