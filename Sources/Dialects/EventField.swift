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
    case sessionTimeout = "session_timeout"
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
    case module
    case chunkIndex = "chunk_index"
    case chunkBytes = "chunk_bytes"
    case round
    case missingCount = "missing"
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
            .reason, .phase, .module:
            .text
        case .size, .downloadedBytes, .totalBytes, .chunkIndex, .chunkBytes, .round, .missingCount: .integer
        case .percent: .number
        case .speed: .rate
        case .ackTimeout, .socketTimeout, .sessionTimeout, .remaining, .duration: .duration
        case .isOK, .isDigestVerified: .flag
        case .claimedAt: .time
        case .digest: .digest
        }
    }
}

extension EventField {
    /// Whether the field stands among those that events share.
    var isShared: Bool {
        switch valueType {
        case .text, .digest: true
        default:
            [
                .size, .ackTimeout, .socketTimeout, .sessionTimeout, .chunkIndex, .chunkBytes, .round,
                .missingCount,
            ]
            .contains(self)
        }
    }
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
        case .sessionTimeout: sessionTimeout.map(EventValue.duration)
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
        case .module: module.map(EventValue.text)
        case .chunkIndex: chunkIndex.map(EventValue.integer)
        case .chunkBytes: chunkBytes.map(EventValue.integer)
        case .round: round.map(EventValue.integer)
        case .missingCount: missingCount.map(EventValue.integer)
        case .claimedAt: claimedAt.map(EventValue.time)
        }
    }

    /// Fills in a field that is not shared.
    mutating func set(_ field: EventField, to value: EventValue) {
        switch (field, value) {
        case (.percent, .number(let number)): percent = number
        case (.speed, .number(let number)): bytesPerSecond = number
        case (.downloadedBytes, .integer(let count)): downloadedBytes = count
        case (.totalBytes, .integer(let count)): totalBytes = count
        case (.remaining, .duration(let length)): remaining = length
        case (.duration, .duration(let length)): duration = length
        case (.isOK, .flag(let flag)): isOK = flag
        case (.isDigestVerified, .flag(let flag)): isDigestVerified = flag
        case (.claimedAt, .time(let time)): claimedAt = time
        default: preconditionFailure("\(field.rawValue) is no figure of that type")
        }
    }
}

extension EventTexts {
    /// Whether an id is already stated.
    func states(_ identity: EventField) -> Bool {
        switch identity {
        case .deviceID: !deviceID.isEmpty
        case .productID: productID != nil
        case .gatewayID: gatewayID != nil
        case .module: module != nil
        case .chunkIndex: chunkIndex != nil
        default: commandID != nil
        }
    }

    /// An id as far as it is stated.
    func id(_ identity: EventField) -> String {
        switch identity {
        case .deviceID: deviceID
        case .productID: productID ?? ""
        case .gatewayID: gatewayID ?? ""
        case .module: module ?? ""
        default: commandID ?? ""
        }
    }

    /// Fills in a shared field.
    mutating func set(_ field: EventField, to value: EventValue) {
        switch (field, value) {
        case (_, .text(let text)): setText(field, to: text)
        case (.size, .integer(let count)): sizeBytes = count
        case (.chunkIndex, .integer(let index)): chunkIndex = index
        case (.chunkBytes, .integer(let count)): chunkBytes = count
        case (.round, .integer(let number)): round = number
        case (.missingCount, .integer(let count)): missingCount = count
        case (.ackTimeout, .duration(let length)): ackTimeout = length
        case (.socketTimeout, .duration(let length)): socketTimeout = length
        case (.sessionTimeout, .duration(let length)): sessionTimeout = length
        case (.digest, .digest(let declared)): digest = declared
        default: preconditionFailure("\(field.rawValue) is not shared, or not of that type")
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
        case .module: module = text
        default: preconditionFailure("\(field.rawValue) holds no text")
        }
    }
}
