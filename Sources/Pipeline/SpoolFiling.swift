// Deliveries from the spool as evidence.

import Dialects
import Spool
import Traffic

/// Turns what a spool gives back into evidence of its recording.
final class SpoolFiling {
    private let recordingID: Int64
    private var gathered = EvidenceBatch()

    init(recordingID: Int64) {
        self.recordingID = recordingID
    }

    /// Reads a batch of deliveries with the dialects.
    func read(_ batch: SpooledBatch, with reader: inout EvidenceReader, into evidence: inout ReadEvidence) {
        for entry in batch.entries {
            gathered.add(
                EvidenceBatch.Publish(
                    recordedAt: entry.receivedAt,
                    vantage: Vantage(recordingID: recordingID, connection: 0),
                    direction: .fromBroker,
                    qos: entry.qos,
                    isRetained: entry.isRetained,
                    isDuplicate: entry.isDuplicate,
                    packetID: entry.packetID
                ),
                topic: batch.topic(of: entry),
                payload: batch.payload(of: entry)
            )
        }
        reader.read(&gathered, into: &evidence)
        evidence.spooled = (recordingID, batch.endPosition)
    }
}
