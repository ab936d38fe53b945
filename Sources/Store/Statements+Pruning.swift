// Statements that let go of old evidence: before a time, from a start on, so many at once.

extension Statements {
    /// What is held: evidence of sessions that go on, and what such sessions share with older ones.
    ///
    /// A session's first message may be a little older than the session says, where clocks of sources differ.
    static let pruneTables = """
        CREATE TEMP TABLE IF NOT EXISTS held_session (id INTEGER PRIMARY KEY);
        CREATE TEMP TABLE IF NOT EXISTS held_message (id INTEGER PRIMARY KEY);
        CREATE TEMP TABLE IF NOT EXISTS pruned_session (id INTEGER PRIMARY KEY);
        CREATE TEMP TABLE IF NOT EXISTS pruned_message (id INTEGER PRIMARY KEY);
        DELETE FROM held_session;
        DELETE FROM held_message;
        """
    /// Sessions that were pruned and came to life again are looked at whenever they began.
    static let oldestRevived = "SELECT min(first_seen_at) FROM session WHERE last_seen_at >= pruned_before"
    static let holdSessions = """
        INSERT INTO held_session
        SELECT id FROM session
        WHERE (first_seen_at >= :start AND first_seen_at < :before + 600000000000 OR \(misdatedStart))
            AND NOT (\(isOld))
        """
    /// The newest message stays: the next one's id must not be one that findings name.
    static let holdNewest = "INSERT INTO held_message SELECT max(id) FROM message HAVING max(id) IS NOT NULL"
    static let holdMessages = """
        INSERT OR IGNORE INTO held_message
        SELECT message_id FROM session_message WHERE session_id IN (SELECT id FROM held_session)
        """
    /// The plus keeps SQLite from looking for every held message in the links of every session.
    static let holdSharers = """
        INSERT OR IGNORE INTO held_session
        SELECT session_id FROM session
        CROSS JOIN session_message ON session_message.session_id = session.id
        WHERE first_seen_at >= :start AND first_seen_at < :before AND \(prunable)
            AND +message_id IN (SELECT id FROM held_message)
        """
    static let oldestHeld = """
        SELECT min(first_seen_at) FROM session
        WHERE id IN (SELECT id FROM held_session) AND first_seen_at >= :floor
        """

    /// A session's last message in order of writing; 0 where it has none.
    private static let newest = """
        coalesce((SELECT max(message_id) FROM session_message WHERE session_id = session.id), 0)
        """
    /// Sessions that may be dated by a clock that was wrong; an index finds them.
    private static let misdatedStart = "first_seen_at < :floor OR first_seen_at > :ceiling"
    /// Old by its time, or by what was written after it where its time cannot be; and not written of late.
    private static let isOld = """
        CASE
            WHEN session.last_seen_at > :ceiling OR session.first_seen_at > :ceiling
                OR session.first_seen_at < :floor AND (
                    SELECT \(isLive) FROM message WHERE message.id = \(newest))
            THEN \(newest) <= :written
            ELSE session.last_seen_at < :before
        END AND \(newest) <= :spared
        """
    /// Whether a recorder's clock dated a message; what a file holds is as old as it says.
    private static let isLive = """
        (SELECT kind FROM recording WHERE id = (
            SELECT recording_id FROM connection WHERE connection.id = message.connection_id)) <> 'file'
        """

    /// Old, and whole; or with messages that came after it was pruned.
    private static let prunable =
        """
        \(isOld)
            AND (session.pruned_before IS NULL OR session.last_seen_at >= session.pruned_before)
        """

    static let clearPruned = "DELETE FROM pruned_session; DELETE FROM pruned_message"
    static let chooseSessions = """
        INSERT INTO pruned_session
        SELECT id FROM session
        WHERE first_seen_at >= :start AND first_seen_at < :before AND \(prunable)
            AND id NOT IN (SELECT id FROM held_session)
        ORDER BY first_seen_at LIMIT :count
        """
    static let chooseMisdated = """
        INSERT INTO pruned_session
        SELECT id FROM session
        WHERE (\(misdatedStart)) AND \(prunable) AND id NOT IN (SELECT id FROM held_session)
        LIMIT :count
        """
    /// Where the next choice begins: what begins earlier is held, or goes now.
    static let lastChosen = """
        SELECT max(first_seen_at) FROM pruned_session CROSS JOIN session ON session.id = pruned_session.id
        """
    /// A gateway's session and its children's may rest on the same messages: they go together.
    static let chooseFamilies = [
        """
        INSERT OR IGNORE INTO pruned_session
        SELECT session.id FROM pruned_session
        CROSS JOIN session AS child ON child.id = pruned_session.id
        CROSS JOIN session ON session.id = child.parent_session_id
        WHERE \(prunable) AND session.id NOT IN (SELECT id FROM held_session)
        """,
        """
        INSERT OR IGNORE INTO pruned_session
        SELECT session.id FROM pruned_session
        CROSS JOIN session ON session.parent_session_id = pruned_session.id
        WHERE \(prunable) AND session.id NOT IN (SELECT id FROM held_session)
        """,
    ]
    static let chooseLinked = """
        INSERT OR IGNORE INTO pruned_message
        SELECT message_id FROM session_message
        WHERE session_id IN (SELECT id FROM pruned_session)
            AND message_id NOT IN (SELECT id FROM held_message)
        """
    static let pruneLinks = "DELETE FROM session_message WHERE session_id IN (SELECT id FROM pruned_session)"
    static let pruneSamples = """
        DELETE FROM transfer_sample WHERE transfer_id IN (
            SELECT id FROM transfer WHERE session_id IN (SELECT id FROM pruned_session))
        """
    static let markSessions = """
        UPDATE session SET pruned_before = max(?1, last_seen_at + 1)
        WHERE id IN (SELECT id FROM pruned_session)
        """
    static let pruneStraySamples = """
        DELETE FROM transfer_sample WHERE transfer_id IN (
            SELECT id FROM transfer
            WHERE session_id IS NULL AND (
                ended_at >= :transfers AND ended_at < :before AND NOT (\(isMisdatedRow("transfer")))
                OR \(wasMisdated("transfer"))))
        """
    static let pruneUnreached = """
        DELETE FROM unreached
        WHERE ended_at < :oldest AND NOT (\(isMisdatedRow("unreached"))) OR \(wasMisdated("unreached"))
        """
    /// What a recording that is over dated wrongly, before those recordings that are old by now.
    private static func wasMisdated(_ table: String) -> String {
        """
        (ended_at < :floor OR ended_at > :ceiling) AND \(table).recording_id < :recording
            AND (\(isMisdatedRow(table)))
        """
    }
    private static func isMisdatedRow(_ table: String) -> String {
        """
        ended_at > :ceiling OR ended_at < :floor AND (
            SELECT kind FROM recording WHERE recording.id = \(table).recording_id) <> 'file'
        """
    }

    /// The last id of the next messages, and whether any of them is old.
    static let messageWindow = """
        SELECT max(id), max(is_old) FROM (
            SELECT id, \(isOldMessage) AS is_old FROM message WHERE id > :after ORDER BY id LIMIT :count)
        """
    private static let isOldMessage = """
        CASE
            WHEN recorded_at > :ceiling OR recorded_at < :floor AND \(isLive) THEN message.id <= :written
            ELSE recorded_at < :before
        END AND message.id <= :spared
        """
    static let chooseMessages = """
        INSERT INTO pruned_message
        SELECT id FROM message
        WHERE id > :after AND id <= :last AND (\(isOldMessage)) AND id NOT IN (SELECT id FROM held_message)
        """
    static let isMisdatedChosen = """
        SELECT EXISTS (
            SELECT 1 FROM pruned_message CROSS JOIN message ON message.id = pruned_message.id
            WHERE recorded_at < :floor OR recorded_at > :ceiling)
        """
    static let keepLinked = "DELETE FROM pruned_message WHERE id IN (SELECT message_id FROM session_message)"
    static let countPruned = """
        UPDATE recording SET messages_pruned = messages_pruned + counted.number
        FROM (
            SELECT connection.recording_id AS id, count(*) AS number
            FROM pruned_message
            CROSS JOIN message ON message.id = pruned_message.id
            CROSS JOIN connection ON connection.id = message.connection_id
            GROUP BY 1) AS counted
        WHERE recording.id = counted.id
        """
    static let pruneMessages = "DELETE FROM message WHERE id IN (SELECT id FROM pruned_message)"

    static let messageRange = "SELECT min(id), max(id) FROM message"
    static let timeOfMessage = """
        SELECT recorded_at FROM (SELECT recorded_at FROM message WHERE id >= :id ORDER BY id LIMIT 4096)
        WHERE recorded_at <= :ceiling LIMIT 1
        """
    /// The first message from an id on that a recorder dated as can be, its recording, and whether it is old.
    static let datedMessage = """
        SELECT message.id, recording_id, recorded_at < :before FROM (
            SELECT id, recorded_at, connection_id FROM message WHERE id >= :id ORDER BY id LIMIT 4096) AS message
        CROSS JOIN connection ON connection.id = message.connection_id
        WHERE recorded_at >= :floor AND recorded_at <= :ceiling AND \(isLive) LIMIT 1
        """

    // MARK: - Deriving sessions beside those that were pruned

    static let hasPrunedSessions = "SELECT EXISTS (SELECT 1 FROM session WHERE pruned_before IS NOT NULL)"
    private static let prunedIDs = "SELECT id FROM session WHERE pruned_before IS NOT NULL"
    static let prunedSessionCount = "SELECT count(*) FROM session WHERE pruned_before IS NOT NULL"
    static let isPruned = "SELECT 1 FROM session WHERE id = ? AND pruned_before IS NOT NULL"
    static let prunedSessionKeys = """
        SELECT dialect, product_id, device_id, command, attempt FROM session
        WHERE pruned_before IS NOT NULL ORDER BY id DESC LIMIT ?
        """
    static let messagesOfPruned = "SELECT message_id FROM session_message WHERE session_id IN (\(prunedIDs))"
    static let transfersOfPruned = """
        SELECT id FROM transfer WHERE session_id IN (\(prunedIDs))
        UNION SELECT transfer_id FROM session_transfer WHERE session_id IN (\(prunedIDs))
        """
    /// Leaves alone what belongs to sessions that were pruned, and findings whose messages are gone.
    static let unlinkUnpruned = """
        UPDATE transfer SET session_id = NULL, copy_of = NULL
        WHERE (session_id IS NOT NULL OR copy_of IS NOT NULL)
            AND (session_id IS NULL OR session_id NOT IN (\(prunedIDs)));
        DELETE FROM session_message WHERE session_id NOT IN (\(prunedIDs));
        DELETE FROM session_transfer WHERE session_id NOT IN (\(prunedIDs));
        DELETE FROM anomaly
        WHERE session_id IS NULL AND recording_id IS NULL
            AND (json_array_length(message_ids) = 0
                OR EXISTS (SELECT 1 FROM message WHERE id = json_extract(message_ids, '$[0]')));
        """
}
