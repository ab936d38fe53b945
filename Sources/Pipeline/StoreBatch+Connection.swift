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
            recordingFindings.append(RecordingFinding(givingUp: connection, recordingID: recordingID))
        }
    }
}

private extension RecordingFinding {
    /// Says that a connection was given up to stay within bounds.
    init(givingUp connection: Connection, recordingID: Int64) {
        let client = connection.clientID.map { " of client \($0)" } ?? ""
        self.init(
            recordingID: recordingID,
            anomaly: Anomaly(
                code: .connectionGivenUp,
                severity: .warning,
                at: connection.closedAt ?? connection.openedAt,
                text:
                    "MQTT connection \(connection.number)\(client), \(connection.client) to \(connection.server), "
                    + "was given up to stay within bounds: what followed on it was not read"
            )
        )
    }
}
