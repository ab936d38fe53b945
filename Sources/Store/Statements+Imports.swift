// Statements about the files that recordings were read from, and about reading them again.

extension Statements {
    static let recordingOfFile = """
        SELECT id, source, state, captured_bytes, replaced_by FROM recording
        WHERE id = (SELECT recording_id FROM recording_file WHERE sha256 = ?)
        """
    static let filesOfRecording =
        "SELECT path, sha256 FROM recording_file WHERE recording_id = ? ORDER BY position"
    static let addFile = """
        INSERT INTO recording_file (sha256, recording_id, position, path)
        SELECT ?1, ?2, count(*) + 1, ?3 FROM recording_file WHERE recording_id = ?2
        """
    static let nameRecording = "UPDATE recording SET source = ? WHERE id = ?"
    /// Finished recordings of files that end or begin within two stretches of time, with their files in order.
    static let adjacentRecordings = """
        SELECT recording.id, captured_bytes, path, sha256, (ended_at BETWEEN ?1 AND ?2) AS is_before
        FROM recording
        JOIN recording_file ON recording_file.recording_id = recording.id
        WHERE kind = 'file' AND state = 'finished' AND is_capture_cut = 0 AND messages_pruned = 0
            AND replaced_by IS NULL
            AND (ended_at BETWEEN ?1 AND ?2 OR started_at BETWEEN ?3 AND ?4)
        ORDER BY started_at, recording.id, position
        """
    static let markReplaced = "UPDATE recording SET replaced_by = ? WHERE id = ?"
    static let unmarkReplaced = "UPDATE recording SET replaced_by = NULL WHERE replaced_by = ?"
    static let recordingsReplaced = "SELECT id FROM recording WHERE replaced_by = ?"
    static let recordingState = "SELECT state FROM recording WHERE id = ?"
    /// Recordings that have not come to the end of reading others again.
    static let replacementsRunning = """
        SELECT id FROM recording
        WHERE state = 'running' AND id IN (SELECT replaced_by FROM recording WHERE replaced_by IS NOT NULL)
        """
    /// A file is one recording's; one that is finished keeps it.
    static let dropFile = """
        DELETE FROM recording_file
        WHERE sha256 = ? AND recording_id IN (SELECT id FROM recording WHERE state <> 'finished')
        """
    static let placeFile = """
        INSERT INTO recording_file (sha256, recording_id, position, path) VALUES (?, ?, ?, ?)
        ON CONFLICT (sha256) DO NOTHING
        """
    /// Recordings with sessions to be derived; the parameter says whether running ones are somebody's business.
    static let recordingsDue = """
        SELECT id FROM recording WHERE sessions_due = 1 AND (state <> 'running' OR NOT ?) ORDER BY id
        """
    static let noteSessions = "UPDATE recording SET sessions_due = 0 WHERE id = ?"
    /// One that is still running goes on to bring evidence.
    static let noteAllSessions =
        "UPDATE recording SET sessions_due = 0 WHERE sessions_due = 1 AND state <> 'running'"
}
