// Statements that read evidence and sessions, and those that derive sessions again.

extension Statements {
    static let unlinkEvidence = """
        UPDATE transfer SET session_id = NULL, copy_of = NULL
        WHERE session_id IS NOT NULL OR copy_of IS NOT NULL;
        DELETE FROM session_message;
        DELETE FROM session_transfer;
        DELETE FROM anomaly WHERE session_id IS NULL AND recording_id IS NULL;
        """
    static let tableCount = """
        SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name NOT IN ('grdb_migrations', 'sqlite_sequence')
        """
    static let unprunedSessionIDs = "SELECT id FROM session WHERE pruned_before IS NULL"
    static let deleteSession = "DELETE FROM session WHERE id = ?"

    /// What tells the latest sessions from others, the newest first.
    static let latestSessionKeys =
        "SELECT dialect, product_id, device_id, command, attempt FROM session ORDER BY id DESC LIMIT ?"

    /// What a message's row says by ids.
    private static let joinedColumns = """
        message.*, topic.bytes AS topic_bytes, connection.recording_id AS recording_id,
        connection.number AS connection_number, connection.client AS client,
        connection.client_id AS client_id, rule.dialect AS dialect, rule.name AS rule, rule.event AS event
        """
    private static let messageJoins = """
        CROSS JOIN topic ON topic.id = message.topic_id
        CROSS JOIN connection ON connection.id = message.connection_id
        LEFT JOIN rule ON rule.id = message.rule_id
        """
    /// All messages in recorded order: pairs of numbers are what is sorted, not the messages.
    static let messageIDs = "SELECT id FROM message ORDER BY recorded_at, id"
    /// One message; what its row says by ids is in the three statements after this one.
    static let messageRow = """
        SELECT connection_id, topic_id, rule_id, recorded_at, is_to_broker, qos, is_retained, is_duplicate, packet_id,
            payload, device_id, command_id, claimed_at, percent, downloaded_bytes, total_bytes, bytes_per_second, is_ok,
            version, code
        FROM message WHERE id = ?
        """
    static let connectionRow = "SELECT recording_id, number, client_id, client FROM connection WHERE id = ?"
    static let topicBytes = "SELECT bytes FROM topic WHERE id = ?"
    static let ruleRow = "SELECT dialect, name, event FROM rule WHERE id = ?"
    static let sessionMessages = """
        SELECT \(joinedColumns), session_message.copy_of, session_message.is_transport_duplicate
        FROM session_message
        CROSS JOIN message ON message.id = session_message.message_id
        \(messageJoins)
        WHERE session_message.session_id = ?
        ORDER BY message.recorded_at, message.id
        """

    static let latestMessageTime = "SELECT recorded_at FROM message ORDER BY id DESC LIMIT 1"
    static let unfinishedSessions = """
        SELECT id, dialect, product_id, device_id, command, attempt, last_seen_at, from_version, pruned_before
        FROM session
        WHERE last_seen_at >= ?1 AND id IN (
            SELECT id FROM session WHERE outcome = 'open'
            UNION SELECT id FROM session WHERE first_seen_at >= ?2
            UNION SELECT id FROM session WHERE device_id IN (
                SELECT device_id FROM message
                WHERE id > (SELECT max(id) FROM message) - ?4 AND recorded_at >= ?1))
        ORDER BY last_seen_at DESC, id DESC LIMIT ?3
        """
    static let latestMessages = """
        SELECT id, recorded_at FROM message
        WHERE id > (SELECT max(id) FROM message) - ? AND recorded_at >= ?
        """
    /// Those of a session's messages that are among the latest.
    static let latestLinks = """
        SELECT message_id FROM session_message
        WHERE session_id = ? AND message_id > (SELECT max(id) FROM message) - ?
        """
    static let sessionMessageTimes = "SELECT id, recorded_at FROM (\(sessionMessages))"
    static let latestTransfers =
        "SELECT * FROM transfer WHERE ended_at >= ? ORDER BY ended_at DESC, id DESC LIMIT ?"

    static let allTransfers = "SELECT * FROM transfer ORDER BY ended_at, id"
    static let sessionTransfers = """
        SELECT * FROM transfer
        WHERE id IN (
            SELECT id FROM transfer WHERE session_id = ?1
            UNION SELECT transfer_id FROM session_transfer WHERE session_id = ?1)
        ORDER BY ended_at, id
        """
    static let samples = """
        SELECT offset_ns, cumulative_bytes FROM transfer_sample WHERE transfer_id = ? ORDER BY position
        """

    static let sessions = "SELECT * FROM session"
    static let newestFirst = "ORDER BY first_seen_at DESC, id DESC LIMIT ?"
    static let anomalies = "SELECT * FROM anomaly WHERE session_id = ? ORDER BY position"
}
