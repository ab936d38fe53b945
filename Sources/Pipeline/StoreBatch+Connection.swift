// What the wire told of a connection, as the store keeps it.

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
    }
}
