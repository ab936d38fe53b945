// What sources hand to the ingest.

import Traffic

/// One observed fact on its way into the store.
enum Evidence: Sendable {
    /// An MQTT PUBLISH; its vantage names the recording.
    case message(Message)
    /// A measured download.
    case transfer(Transfer, recordingID: Int64)
    /// An MQTT connection that was opened, introduced itself or ended.
    case connection(Connection, recordingID: Int64)
}
