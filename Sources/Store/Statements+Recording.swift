// How recordings become rows, and back.

import GRDB
import Traffic

extension Statements {
    static let recording = TableInsert<RecordingStart>(
        into: "recording",
        [
            .init("source") { $0.source },
            .init("kind") { $0.kind.rawValue },
            .init("state") { _ in StoredRecording.State.running.rawValue },
            .init("started_at") { $0.startedAt.nanoseconds },
            .init("tool_version") { $0.toolVersion },
            .init("sessions_due") { $0.kind == .file },
        ]
    )

    static let countColumns: [TableColumn<RecordingCounts>] = [
        .init("packets") { $0.packets },
        .init("captured_bytes") { $0.bytes },
        .init("messages_seen") { $0.messagesSeen },
        .init("messages_kept") { $0.messagesKept },
        .init("spool_position") { $0.spoolPosition },
        .init("kernel_drops") { $0.losses.kernelDrops },
        .init("interface_drops") { $0.losses.interfaceDrops },
        .init("queue_drops") { $0.losses.queueDrops },
        .init("gaps") { $0.losses.gaps },
        .init("gap_bytes") { $0.losses.gapBytes },
        .init("conflicting_retransmissions") { $0.losses.conflictingRetransmissions },
        .init("stray_segments") { $0.losses.straySegments },
        .init("cut_packets") { $0.losses.cutPackets },
        .init("undecodable_packets") { $0.losses.undecodablePackets },
        .init("malformed_packets") { $0.losses.malformedPackets },
        .init("evicted_flows") { $0.losses.evictedFlows },
        .init("encrypted_connections") { $0.losses.encryptedConnections },
        .init("unreadable_connections") { $0.losses.unreadableConnections },
        .init("oversized_packets") { $0.losses.oversizedPackets },
        .init("forgotten_aliases") { $0.losses.forgottenAliases },
        .init("forgotten_sessions") { $0.losses.forgottenSessions },
        .init("forgotten_requests") { $0.losses.forgottenRequests },
        .init("unreached_not_kept") { $0.losses.unreachedNotKept },
        .init("unmeasured_bodies") { $0.losses.unmeasuredBodies },
        .init("devices_let_go") { $0.losses.devicesLetGo },
        .init("downloads_let_go") { $0.losses.downloadsLetGo },
        .init("unreached_let_go") { $0.losses.unreachedLetGo },
        .init("unwritten_packets") { $0.losses.unwrittenPackets },
        .init("is_capture_cut") { $0.losses.isCaptureCut },
    ]

    static let updateCounts =
        "UPDATE recording SET \(assignments(to: countColumns.map(\.name))) WHERE id = ?"
    static let endRecording = "UPDATE recording SET ended_at = ?, state = ? WHERE id = ?"
    static let discardRecording = """
        DELETE FROM recording
        WHERE id = ?1
            AND NOT EXISTS (SELECT 1 FROM connection WHERE recording_id = ?1)
            AND NOT EXISTS (SELECT 1 FROM transfer WHERE recording_id = ?1)
        """
    static let interruptRecordings = """
        UPDATE recording SET state = 'interrupted', ended_at = max(
            started_at,
            coalesce(
                (
                    SELECT max(message.recorded_at)
                    FROM message
                    CROSS JOIN connection ON connection.id = message.connection_id
                    WHERE connection.recording_id = recording.id
                ),
                started_at),
            coalesce(
                (SELECT max(transfer.ended_at) FROM transfer WHERE transfer.recording_id = recording.id),
                started_at))
        WHERE state = 'running'
        """
    static let recordings = """
        SELECT recording.*, sha256 AS file_sha256, path AS file_path
        FROM recording
        LEFT JOIN recording_file ON recording_file.recording_id = recording.id AND position = 1
        ORDER BY id
        """
    /// Deletes a recording with its evidence.
    ///
    /// What hangs on a deleted row is found by these indexes. They are here while a recording is deleted and not
    /// longer: every message written would pay a third of its time for them.
    static let deletionIndexes = """
        CREATE INDEX message_by_connection ON message (connection_id);
        CREATE INDEX session_message_by_message ON session_message (message_id);
        CREATE INDEX session_message_by_original ON session_message (copy_of) WHERE copy_of IS NOT NULL;
        """
    static let dropDeletionIndexes = """
        DROP INDEX message_by_connection;
        DROP INDEX session_message_by_message;
        DROP INDEX session_message_by_original;
        """
    static let deleteRecording = "DELETE FROM recording WHERE id = ?"
    static let outages = "SELECT * FROM outage ORDER BY recording_id, started_at"
    static let saveOutage = """
        INSERT INTO outage (recording_id, started_at, ended_at, is_session_kept, cause) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT DO UPDATE SET
            ended_at = excluded.ended_at, is_session_kept = excluded.is_session_kept, cause = excluded.cause
        """
    static let lastConnection = "SELECT max(number) FROM connection WHERE recording_id = ?"
    static let lastAssembly = "SELECT max(assembly) FROM transfer WHERE recording_id = ?"
    static let lastMessageID = "SELECT max(id) FROM message"
    static let lastTransferID = "SELECT max(id) FROM transfer"
}

extension StoredRecording {
    /// Reads a row of `recording`.
    init(row: Row) throws {
        self.init(
            id: row["id"],
            start: RecordingStart(
                source: row["source"],
                kind: try row.named("kind"),
                startedAt: Timestamp(nanoseconds: row["started_at"]),
                fileSHA256: row["file_sha256"],
                filePath: row["file_path"],
                toolVersion: row["tool_version"]
            ),
            state: try row.named("state"),
            endedAt: row.timestamp("ended_at"),
            counts: RecordingCounts(
                packets: row["packets"],
                bytes: row["captured_bytes"],
                messagesSeen: row["messages_seen"],
                messagesKept: row["messages_kept"],
                spoolPosition: row["spool_position"],
                losses: Losses(row: row)
            )
        )
    }
}

private extension Losses {
    init(row: Row) {
        self.init()
        kernelDrops = row["kernel_drops"]
        interfaceDrops = row["interface_drops"]
        queueDrops = row["queue_drops"]
        gaps = row["gaps"]
        gapBytes = row["gap_bytes"]
        conflictingRetransmissions = row["conflicting_retransmissions"]
        straySegments = row["stray_segments"]
        cutPackets = row["cut_packets"]
        undecodablePackets = row["undecodable_packets"]
        malformedPackets = row["malformed_packets"]
        evictedFlows = row["evicted_flows"]
        encryptedConnections = row["encrypted_connections"]
        unreadableConnections = row["unreadable_connections"]
        oversizedPackets = row["oversized_packets"]
        forgottenAliases = row["forgotten_aliases"]
        forgottenSessions = row["forgotten_sessions"]
        forgottenRequests = row["forgotten_requests"]
        unreachedNotKept = row["unreached_not_kept"]
        unmeasuredBodies = row["unmeasured_bodies"]
        devicesLetGo = row["devices_let_go"]
        downloadsLetGo = row["downloads_let_go"]
        unreachedLetGo = row["unreached_let_go"]
        unwrittenPackets = row["unwritten_packets"]
        isCaptureCut = row["is_capture_cut"]
    }
}
