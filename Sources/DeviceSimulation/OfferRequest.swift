// What a platform offers to a device, free of dialect.

public import Dialects

import Traffic

/// An upgrade to offer.
public struct OfferRequest: Hashable, Sendable {
    /// To whom.
    public var identity: DeviceIdentity
    /// A: `command_id`; B: `messageId`.
    public var commandID: String
    /// B: `firmwareId`.
    public var firmwareID: String?
    /// The version that the image holds.
    public var version: String
    /// Where the image is.
    public var url: String
    /// Its declared size in bytes; `nil` where the dialect may leave it open.
    public var sizeBytes: Int64?
    /// Its declared digest.
    public var digest: DeclaredDigest?
    /// A: the time limit of a socket operation.
    public var socketTimeout: Duration?
    /// B: how long the platform waits for the reply.
    public var ackTimeout: Duration?

    /// Describes an offer.
    public init(
        identity: DeviceIdentity,
        commandID: String,
        firmwareID: String? = nil,
        version: String,
        url: String,
        sizeBytes: Int64? = nil,
        digest: DeclaredDigest? = nil,
        socketTimeout: Duration? = nil,
        ackTimeout: Duration? = nil
    ) {
        self.identity = identity
        self.commandID = commandID
        self.firmwareID = firmwareID
        self.version = version
        self.url = url
        self.sizeBytes = sizeBytes
        self.digest = digest
        self.socketTimeout = socketTimeout
        self.ackTimeout = ackTimeout
    }

    /// The offer as an event of `dialect`; `rule` is the definition's message, empty for its first one.
    func event(dialect: String, rule: String, at now: Timestamp) -> UpgradeEvent {
        var event = UpgradeEvent(
            kind: .offer,
            recordedAt: now,
            dialect: dialect,
            rule: rule,
            deviceID: identity.deviceID
        )
        event.productID = identity.productID
        event.commandID = commandID
        event.firmwareID = firmwareID
        event.version = version
        event.url = url
        event.sizeBytes = sizeBytes
        event.digest = digest
        event.socketTimeout = socketTimeout
        event.ackTimeout = ackTimeout
        event.claimedAt = now
        return event
    }
}
