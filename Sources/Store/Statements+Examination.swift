// Statements that look at a store whose file may be damaged.

extension Statements {
    static let examinedRecordings =
        "SELECT id, source, kind, state, spool_position FROM recording ORDER BY id"
    static let danglingReferences = """
        SELECT "table", parent, count(*) FROM pragma_foreign_key_check GROUP BY 1, 2 ORDER BY 1, 2
        """
    /// Live recordings of a time before this program was, and recordings from the future.
    static let misdatedRecordings = """
        SELECT count(*) FROM recording
        WHERE started_at > ?1 OR ended_at < started_at
            OR kind <> 'file' AND started_at < 1704067200000000000
        """
    /// Messages that were recorded while their recording did not run.
    static let misplacedMessages = """
        SELECT count(*) FROM message
        CROSS JOIN connection ON connection.id = message.connection_id
        CROSS JOIN recording ON recording.id = connection.recording_id
        WHERE recording.kind <> 'file'
            AND (message.recorded_at < recording.started_at - 5000000000
                OR message.recorded_at > recording.ended_at + 5000000000)
        """
    /// How often the clock went back by more than a minute between two messages of one connection.
    static let clockSteps = """
        SELECT count(*) FROM (
            SELECT recorded_at - lag(recorded_at) OVER (PARTITION BY connection_id ORDER BY message.id) AS step
            FROM message
            CROSS JOIN connection ON connection.id = message.connection_id
            CROSS JOIN recording ON recording.id = connection.recording_id
            WHERE recording.kind <> 'file')
        WHERE step < -60000000000
        """
    /// Has SQLite plan by what the tables hold; a thousand rows of each index tell enough.
    static let gatherStatistics = "PRAGMA analysis_limit = 1000; ANALYZE"
}
