// A finding as a row of the store.

import Sessions

/// A finding with what it is about: a session, a recording, or evidence without a session.
struct FindingRow {
    var sessionID: Int64?
    var recordingID: Int64?
    /// Its place among the session's findings.
    var position = 0
    var anomaly: Anomaly
}
