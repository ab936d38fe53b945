// Statements that read evidence and sessions, and those that derive sessions again.

extension Statements {
    static let unlinkEvidence = """
        UPDATE message SET session_id = NULL, copy_of = NULL, is_transport_duplicate = 0
        WHERE session_id IS NOT NULL OR copy_of IS NOT NULL OR is_transport_duplicate;
        UPDATE transfer SET session_id = NULL, copy_of = NULL
        WHERE session_id IS NOT NULL OR copy_of IS NOT NULL;
        DELETE FROM session_transfer;
        DELETE FROM anomaly WHERE session_id IS NULL;
        """
    static let tableCount = """
        SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name NOT IN ('grdb_migrations', 'sqlite_sequence')
        """
    static let sessionIDs = "SELECT id FROM session"
    static let deleteSession = "DELETE FROM session WHERE id = ?"

    /// Messages with their topic and client; CROSS JOIN keeps `message` outermost, in the order of its index.
    private static let messages = """
        SELECT message.*, topic.bytes AS topic_bytes, connection.number AS connection_number,
            connection.client AS client, connection.client_id AS client_id
        FROM message
        CROSS JOIN topic ON topic.id = message.topic_id
        CROSS JOIN connection ON connection.id = message.connection_id
        """
    static let allMessages = messages + "\nORDER BY message.recorded_at, message.id"
    static let sessionMessages =
        messages
        + "\nWHERE message.session_id = ?\nORDER BY message.recorded_at, message.id"

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
