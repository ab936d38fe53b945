// Every statement of the write path; the SQL is built once and the connection keeps it prepared.

import GRDB
import Sessions
import Traffic

/// Statements that write, and the small look-ups they need.
enum Statements {
    /// Changes when another connection has committed.
    static let dataVersion = "PRAGMA data_version"
    static let recordingExists = "SELECT 1 FROM recording WHERE id = ?"
    static let topicID = "SELECT id FROM topic WHERE bytes = ?"
    static let insertTopic = "INSERT OR IGNORE INTO topic (bytes) VALUES (?)"
    static let ruleID = "SELECT id FROM rule WHERE dialect = ? AND name = ? AND event = ?"
    static let insertRule = "INSERT INTO rule (dialect, name, event) VALUES (?, ?, ?)"
    static let messageExists = "SELECT 1 FROM message WHERE id = ?"
    static let transferExists = "SELECT 1 FROM transfer WHERE id = ?"
    /// A message that is linked again is linked as it is now.
    static let linkConflict = """
        ON CONFLICT (session_id, message_id) DO UPDATE SET
            copy_of = excluded.copy_of, is_transport_duplicate = excluded.is_transport_duplicate
        """
    static let ownTransfer = """
        UPDATE transfer SET session_id = ?1, copy_of = ?2
        WHERE id = ?3 AND (session_id IS NULL OR session_id = ?1)
        """
    static let shareTransfer =
        "INSERT OR IGNORE INTO session_transfer (session_id, transfer_id) VALUES (?, ?)"
    /// Points a session at the one it tries again, which is named by its key.
    static let linkRetry = """
        UPDATE session SET retry_of = (
            SELECT id FROM session
            WHERE dialect = ? AND product_id = ? AND device_id = ? AND command = ? AND attempt = ?)
        WHERE id = ?
        """
    static let linkParent = """
        UPDATE session SET parent_session_id = (
            SELECT id FROM session
            WHERE dialect = ? AND product_id = ? AND device_id = ? AND command = ? AND attempt = ?)
        WHERE id = ?
        """
    static let unlinkParent = "UPDATE session SET parent_session_id = NULL WHERE id = ?"
    static let deleteAnomalies = "DELETE FROM anomaly WHERE session_id = ?"

    /// `a = ?, b = ?` for an UPDATE.
    static func assignments(to columns: [String]) -> String {
        columns.map { "\($0) = ?" }.joined(separator: ", ")
    }

    /// Adds a connection, or what is learned of it later.
    static let connection = KeyedRow<StoredConnection>(
        table: "connection",
        key: [
            .init("recording_id") { $0.vantage.recordingID },
            .init("number") { $0.vantage.connection },
        ],
        values: [
            .init("client") { $0.client?.description },
            .init("server") { $0.server?.description },
            .init("client_id") { $0.clientID },
            .init("protocol_version") { $0.protocolVersion },
            .init("keep_alive_seconds") { $0.keepAliveSeconds },
            .init("opened_at") { $0.openedAt?.nanoseconds },
            .init("closed_at") { $0.closedAt?.nanoseconds },
            .init("end") { $0.end },
        ],
        absence: .keeps
    )

    static let sample = TableInsert<(transferID: Int64, position: Int, sample: Transfer.Sample)>(
        into: "transfer_sample",
        [
            .init("transfer_id") { $0.transferID },
            .init("position") { $0.position },
            .init("offset_ns") { $0.sample.offset.wholeNanoseconds },
            .init("cumulative_bytes") { $0.sample.bytes },
        ]
    )

    static let anomaly = TableInsert<FindingRow>(
        into: "anomaly",
        [
            .init("session_id") { $0.sessionID },
            .init("recording_id") { $0.recordingID },
            .init("position") { $0.position },
            .init("code") { $0.anomaly.code.rawValue },
            .init("severity") { $0.anomaly.severity.rawValue },
            .init("found_at") { $0.anomaly.at.nanoseconds },
            .init("text") { $0.anomaly.text },
            .init("message_ids") { $0.anomaly.messageIDs.jsonText },
            .init("transfer_ids") { $0.anomaly.transferIDs.jsonText },
        ]
    )
}
