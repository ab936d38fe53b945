// The fields of an event by the names that definitions use. dialects.md §5.2.

internal import Traffic

/// A field of an `UpgradeEvent` that a definition can map.
enum EventField: String, Hashable, Sendable, CaseIterable {
    case productID = "product_id"
    case deviceID = "device_id"
    case gatewayID = "gateway_id"
    case commandID = "command_id"
    case firmwareID = "firmware_id"
    case version
    case currentVersion = "current_version"
    case url
    case size
    case digest
    case ackTimeout = "ack_timeout"
    case socketTimeout = "socket_timeout"
    case percent
    case downloadedBytes = "downloaded_bytes"
    case totalBytes = "total_bytes"
    case speed
    case remaining
    case isOK = "ok"
    case code
    case reason
    case duration
    case isDigestVerified = "digest_verified"
    case phase
    case claimedAt = "claimed_at"

    /// What kind of value the field holds.
    enum ValueType: Hashable, Sendable {
        case text
        case integer
        case number
        case rate
        case duration
        case flag
        case time
        case digest
    }

    var valueType: ValueType {
        switch self {
        case .productID, .deviceID, .gatewayID, .commandID, .firmwareID, .version, .currentVersion, .url,
            .code,
            .reason, .phase:
            .text
        case .size, .downloadedBytes, .totalBytes: .integer
        case .percent: .number
        case .speed: .rate
        case .ackTimeout, .socketTimeout, .remaining, .duration: .duration
        case .isOK, .isDigestVerified: .flag
        case .claimedAt: .time
        case .digest: .digest
        }
    }
}

extension EventField {
    /// Whether the field's text is mostly another in every message: remembering it would not pay.
    var isSeldomRepeated: Bool { self == .url || self == .reason }
}

/// The value of an event's field.
enum EventValue: Hashable, Sendable {
    case text(String)
    case integer(Int64)
    case number(Double)
    case duration(Duration)
    case flag(Bool)
    case time(Timestamp)
    case digest(DeclaredDigest)
}

extension UpgradeEvent {
    /// The field's value; `nil` when the event does not state it.
    func value(of field: EventField) -> EventValue? {
        switch field {
        case .productID: productID.map(EventValue.text)
        case .deviceID: deviceID.isEmpty ? nil : .text(deviceID)
        case .gatewayID: gatewayID.map(EventValue.text)
        case .commandID: commandID.map(EventValue.text)
        case .firmwareID: firmwareID.map(EventValue.text)
        case .version: version.map(EventValue.text)
        case .currentVersion: currentVersion.map(EventValue.text)
        case .url: url.map(EventValue.text)
        case .size: sizeBytes.map(EventValue.integer)
        case .digest: digest.map(EventValue.digest)
        case .ackTimeout: ackTimeout.map(EventValue.duration)
        case .socketTimeout: socketTimeout.map(EventValue.duration)
        case .percent: percent.map(EventValue.number)
        case .downloadedBytes: downloadedBytes.map(EventValue.integer)
        case .totalBytes: totalBytes.map(EventValue.integer)
        case .speed: bytesPerSecond.map(EventValue.number)
        case .remaining: remaining.map(EventValue.duration)
        case .isOK: isOK.map(EventValue.flag)
        case .code: code.map(EventValue.text)
        case .reason: reason.map(EventValue.text)
        case .duration: duration.map(EventValue.duration)
        case .isDigestVerified: isDigestVerified.map(EventValue.flag)
        case .phase: phase.map(EventValue.text)
        case .claimedAt: claimedAt.map(EventValue.time)
        }
    }

    /// Whether the event already states an id.
    func states(_ identity: EventField) -> Bool {
        switch identity {
        case .deviceID: !deviceID.isEmpty
        case .productID: productID != nil
        case .gatewayID: gatewayID != nil
        default: commandID != nil
        }
    }

    /// Fills the field in.
    mutating func set(_ field: EventField, to value: EventValue) {
        switch value {
        case .text(let text): setText(field, to: text)
        case .integer(let count): setCount(field, to: count)
        case .number(let number): if field == .speed { bytesPerSecond = number } else { percent = number }
        case .duration(let length): setDuration(field, to: length)
        case .flag(let flag): if field == .isOK { isOK = flag } else { isDigestVerified = flag }
        case .time(let time): claimedAt = time
        case .digest(let declared): digest = declared
        }
    }

    private mutating func setText(_ field: EventField, to text: String) {
        switch field {
        case .productID: productID = text
        case .deviceID: deviceID = text
        case .gatewayID: gatewayID = text
        case .commandID: commandID = text
        case .firmwareID: firmwareID = text
        case .version: version = text
        case .currentVersion: currentVersion = text
        case .url: url = text
        case .code: code = text
        case .reason: reason = text
        case .phase: phase = text
        default: preconditionFailure("\(field.rawValue) holds no text")
        }
    }

    private mutating func setCount(_ field: EventField, to count: Int64) {
        switch field {
        case .size: sizeBytes = count
        case .downloadedBytes: downloadedBytes = count
        case .totalBytes: totalBytes = count
        default: preconditionFailure("\(field.rawValue) holds no count")
        }
    }

    private mutating func setDuration(_ field: EventField, to length: Duration) {
        switch field {
        case .ackTimeout: ackTimeout = length
        case .socketTimeout: socketTimeout = length
        case .remaining: remaining = length
        case .duration: duration = length
        default: preconditionFailure("\(field.rawValue) holds no duration")
        }
    }
}
