// What the tracker is told of the times in which recordings were without their sources.

import Sessions
import Store

extension SessionTracker {
    /// Notes outages, whether or not the broker kept the session: what is published with QoS 0 meanwhile is lost.
    mutating func note(_ outages: [RecordingOutage]) {
        for outage in outages {
            note(Outage(start: outage.startedAt, end: outage.endedAt), of: outage.recordingID)
        }
    }
}
