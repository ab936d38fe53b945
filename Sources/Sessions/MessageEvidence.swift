// One message with all its sightings, as evidence for a session.

import Dialects
import Traffic

/// One message, from however many vantages it was seen, and what it says.
struct MessageEvidence: Sendable {
    /// One vantage's sight of the message.
    struct Sighting: Sendable {
        var id: Int64
        var at: Timestamp
        var recordingID: Int64
        var qos: QoS
        var isRedelivery: Bool
        var isDeviceLeg: Bool

        init(_ message: Message, id: Int64, event: UpgradeEvent) {
            self.id = id
            self.at = message.recordedAt
            self.recordingID = message.vantage.recordingID
            self.qos = message.qos
            self.isRedelivery = message.isDuplicate && message.qos != .atMostOnce
            self.isDeviceLeg = message.isOnDeviceLeg(of: event)
        }

        /// The device's own leg first, then the earliest (dialects.md §5.5).
        func isBetter(than other: Sighting) -> Bool {
            if isDeviceLeg != other.isDeviceLeg { return isDeviceLeg }
            return (at, id) < (other.at, other.id)
        }
    }

    /// What a message says; shared, because an event is large and evidence is handed around.
    private final class Statement: Sendable {
        let event: UpgradeEvent

        init(_ event: UpgradeEvent, at time: Timestamp) {
            var event = event
            event.recordedAt = time
            self.event = event
        }
    }

    /// What was last told of a message and its sightings.
    struct Told: Sendable {
        var filing: MessageFiling
        var id: Int64
        var sightingCount: Int
    }

    /// Sightings held for one message.
    private static let sightingLimit = 16

    let fingerprint: MessageFingerprint
    /// The id of the sighting that arrived first: the handle by which copies find the message.
    let firstID: Int64
    private var statement: Statement
    private(set) var sightings: [Sighting]
    private(set) var best: Sighting
    /// Sightings beside the first, those not held included.
    private(set) var copyCount = 0
    /// What was last told of it.
    var told: Told?
    /// Progress messages before this one that were counted and let go.
    var thinnedBefore = 0

    init(_ message: Message, id: Int64, event: UpgradeEvent, fingerprint: MessageFingerprint) {
        let sighting = Sighting(message, id: id, event: event)
        self.fingerprint = fingerprint
        self.firstID = id
        self.statement = Statement(event, at: sighting.at)
        self.sightings = [sighting]
        self.best = sighting
    }

    /// What it says, at the time that counts.
    var event: UpgradeEvent { statement.event }
    var kind: UpgradeEvent.Kind { statement.event.kind }
    /// The id of the sighting that counts.
    var id: Int64 { best.id }
    /// The time that counts.
    var at: Timestamp { best.at }
    var isAcknowledged: Bool { sightings.contains { $0.qos != .atMostOnce } }
    var isRedelivery: Bool { sightings.contains { $0.isRedelivery } }

    /// Adds another vantage's sight of the message.
    mutating func add(_ message: Message, id: Int64) {
        let sighting = Sighting(message, id: id, event: event)
        copyCount += 1
        if sightings.count < Self.sightingLimit { sightings.append(sighting) }
        guard sighting.isBetter(than: best) else { return }
        best = sighting
        statement = Statement(event, at: sighting.at)
    }
}

extension MessageEvidence {
    /// Orders evidence by the time that counts; the store's ids break ties.
    static func precedes(_ left: MessageEvidence, _ right: MessageEvidence) -> Bool {
        (left.at, left.id) < (right.at, right.id)
    }
}

extension Message {
    /// Whether this was seen on the connection of the event's device, or of the gateway that speaks for it.
    ///
    /// What a device says goes to the broker on the device's own connection, whatever its client id.
    func isOnDeviceLeg(of event: UpgradeEvent) -> Bool {
        if let clientID, clientID == event.deviceID || clientID == event.gatewayID { return true }
        return direction == .toBroker && event.kind.isFromDevice
    }
}

extension UpgradeEvent.Kind {
    /// Whether devices say it (dialects.md §5.1).
    var isFromDevice: Bool {
        switch self {
        case .poll, .accept, .reject, .progress, .result, .cancelAck, .version, .log: true
        case .offer, .cancel, .versionQuery, .noUpdate, .presence, .unknown: false
        }
    }

    /// Whether it tells of the upgrade itself, so that silence ends with it.
    var isActivity: Bool {
        switch self {
        case .offer, .poll, .accept, .reject, .progress, .result, .cancel, .cancelAck: true
        case .version, .versionQuery, .noUpdate, .presence, .log, .unknown: false
        }
    }
}
