// What the wire told of a connection, as the store keeps it.

import Sessions
import Store
import Traffic

extension StoreBatch {
    /// Adds what is known of a connection.
    mutating func add(_ connection: Connection, _ recordingID: Int64) {
        var stored = StoredConnection(
            vantage: Vantage(recordingID: recordingID, connection: connection.number)
        )
        stored.client = connection.client
        stored.server = connection.server
        stored.openedAt = connection.openedAt
        stored.closedAt = connection.closedAt
        stored.end = connection.end?.rawValue
        if connection.isIntroduced {
            stored.clientID = connection.clientID
            stored.protocolVersion = Int(connection.version.rawValue)
            stored.keepAliveSeconds = Int(connection.keepAlive)
        }
        connections.append(stored)
        if connection.end == .abandoned {
            let what = "was given up to stay within bounds: what followed on it was not read"
            recordingFindings.append(.about(connection, recordingID, .connectionGivenUp, what))
        }
        if connection.end != nil, connection.unreadParts > 0 {
            let what = "has gaps, \(connection.unreadParts) in all: what was sent there was not read"
            recordingFindings.append(.about(connection, recordingID, .connectionGap, what))
        }
    }
}

private extension RecordingFinding {
    /// Says what became of a connection.
    static func about(
        _ connection: Connection,
        _ recordingID: Int64,
        _ code: Anomaly.Code,
        _ what: String
    ) -> RecordingFinding {
        let client = connection.clientID.map { " of client \($0)" } ?? ""
        let ends = "\(connection.client) to \(connection.server)"
        return RecordingFinding(
            recordingID: recordingID,
            anomaly: Anomaly(
                code: code,
                severity: .warning,
                at: connection.closedAt ?? connection.openedAt,
                text: "MQTT connection \(connection.number)\(client), \(ends), \(what)"
            )
        )
    }
}
