// Tables of what was seen: recordings, connections, topics, messages, transfers.

extension Schema {
    /// The tables of evidence; ids of messages and transfers are given by the recorder, so that findings can name them.
    static let evidenceTables = """
        CREATE TABLE recording (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            source TEXT NOT NULL,
            kind TEXT NOT NULL \(check("kind", "broker", "interface", "file")),
            state TEXT NOT NULL \(check("state", "running", "finished", "interrupted", "failed")),
            started_at INTEGER NOT NULL,
            ended_at INTEGER,
            tool_version TEXT NOT NULL,
            packets INTEGER NOT NULL DEFAULT 0,
            captured_bytes INTEGER NOT NULL DEFAULT 0,
            messages_seen INTEGER NOT NULL DEFAULT 0,
            messages_kept INTEGER NOT NULL DEFAULT 0,
            spool_position INTEGER NOT NULL DEFAULT 0,
            kernel_drops INTEGER NOT NULL DEFAULT 0,
            interface_drops INTEGER NOT NULL DEFAULT 0,
            queue_drops INTEGER NOT NULL DEFAULT 0,
            gaps INTEGER NOT NULL DEFAULT 0,
            gap_bytes INTEGER NOT NULL DEFAULT 0,
            conflicting_retransmissions INTEGER NOT NULL DEFAULT 0,
            stray_segments INTEGER NOT NULL DEFAULT 0,
            cut_packets INTEGER NOT NULL DEFAULT 0,
            undecodable_packets INTEGER NOT NULL DEFAULT 0,
            malformed_packets INTEGER NOT NULL DEFAULT 0,
            evicted_flows INTEGER NOT NULL DEFAULT 0,
            encrypted_connections INTEGER NOT NULL DEFAULT 0,
            unreadable_connections INTEGER NOT NULL DEFAULT 0,
            oversized_packets INTEGER NOT NULL DEFAULT 0,
            forgotten_aliases INTEGER NOT NULL DEFAULT 0,
            forgotten_sessions INTEGER NOT NULL DEFAULT 0,
            forgotten_requests INTEGER NOT NULL DEFAULT 0,
            unmeasured_bodies INTEGER NOT NULL DEFAULT 0,
            devices_let_go INTEGER NOT NULL DEFAULT 0,
            downloads_let_go INTEGER NOT NULL DEFAULT 0,
            is_capture_cut INTEGER NOT NULL DEFAULT 0 CHECK (is_capture_cut IN (0, 1)),
            CHECK ((ended_at IS NULL) = (state = 'running'))
        ) STRICT;

        CREATE TABLE recording_file (
            sha256 TEXT PRIMARY KEY CHECK (length(sha256) = 64),
            recording_id INTEGER NOT NULL REFERENCES recording (id) ON DELETE CASCADE,
            position INTEGER NOT NULL CHECK (position > 0),
            path TEXT NOT NULL,
            UNIQUE (recording_id, position)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE outage (
            recording_id INTEGER NOT NULL REFERENCES recording (id) ON DELETE CASCADE,
            started_at INTEGER NOT NULL,
            ended_at INTEGER,
            is_session_kept INTEGER NOT NULL CHECK (is_session_kept IN (0, 1)),
            cause TEXT NOT NULL,
            PRIMARY KEY (recording_id, started_at)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE connection (
            id INTEGER PRIMARY KEY,
            recording_id INTEGER NOT NULL REFERENCES recording (id) ON DELETE CASCADE,
            number INTEGER NOT NULL,
            client TEXT,
            server TEXT,
            client_id TEXT,
            protocol_version INTEGER CHECK (protocol_version BETWEEN 0 AND 255),
            keep_alive_seconds INTEGER CHECK (keep_alive_seconds BETWEEN 0 AND 65535),
            opened_at INTEGER,
            closed_at INTEGER,
            end TEXT,
            UNIQUE (recording_id, number)
        ) STRICT;

        CREATE TABLE topic (
            id INTEGER PRIMARY KEY,
            bytes BLOB NOT NULL UNIQUE,
            name TEXT GENERATED ALWAYS AS (CAST(bytes AS TEXT)) VIRTUAL
        ) STRICT;

        CREATE TABLE rule (
            id INTEGER PRIMARY KEY,
            dialect TEXT NOT NULL,
            name TEXT NOT NULL,
            event TEXT NOT NULL \(check(
                "event", "offer", "poll", "accept", "reject", "progress", "result", "cancel", "cancel-ack",
                "version", "version-query", "no-update", "presence", "log", "chunk", "unknown")),
            UNIQUE (dialect, name, event)
        ) STRICT;

        CREATE TABLE message (
            id INTEGER PRIMARY KEY,
            connection_id INTEGER NOT NULL REFERENCES connection (id) ON DELETE CASCADE,
            topic_id INTEGER NOT NULL REFERENCES topic (id),
            rule_id INTEGER REFERENCES rule (id),
            recorded_at INTEGER NOT NULL,
            is_to_broker INTEGER NOT NULL CHECK (is_to_broker IN (0, 1)),
            qos INTEGER NOT NULL CHECK (qos BETWEEN 0 AND 2),
            is_retained INTEGER NOT NULL CHECK (is_retained IN (0, 1)),
            is_duplicate INTEGER NOT NULL CHECK (is_duplicate IN (0, 1)),
            packet_id INTEGER CHECK (packet_id BETWEEN 0 AND 65535),
            payload BLOB NOT NULL,
            device_id TEXT,
            command_id TEXT,
            claimed_at INTEGER,
            percent REAL,
            downloaded_bytes INTEGER,
            total_bytes INTEGER,
            bytes_per_second REAL,
            is_ok INTEGER CHECK (is_ok IN (0, 1)),
            version TEXT,
            code TEXT
        ) STRICT;

        CREATE TABLE transfer (
            id INTEGER PRIMARY KEY,
            recording_id INTEGER NOT NULL REFERENCES recording (id) ON DELETE CASCADE,
            session_id INTEGER REFERENCES session (id) ON DELETE SET NULL,
            copy_of INTEGER REFERENCES transfer (id) ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED,
            evidence TEXT NOT NULL CHECK (evidence IN ('wire', 'served')),
            client TEXT NOT NULL,
            server TEXT NOT NULL,
            method TEXT NOT NULL,
            host TEXT NOT NULL,
            target TEXT NOT NULL,
            url TEXT NOT NULL,
            range TEXT,
            status INTEGER,
            content_length INTEGER,
            content_range TEXT,
            content_encoding TEXT,
            location TEXT,
            body_bytes INTEGER NOT NULL,
            missing_bytes INTEGER NOT NULL,
            sha256 TEXT CHECK (length(sha256) = 64),
            md5 TEXT CHECK (length(md5) = 32),
            decoding TEXT CHECK (decoding IN ('complete', 'cut', 'damaged', 'limited', 'unsupported')),
            decoded_bytes INTEGER,
            decoded_sha256 TEXT CHECK (length(decoded_sha256) = 64),
            decoded_md5 TEXT CHECK (length(decoded_md5) = 32),
            assembly INTEGER,
            assembly_exchanges INTEGER,
            assembly_connections INTEGER,
            assembly_ignored_ranges INTEGER,
            assembly_total_bytes INTEGER,
            assembly_covered_bytes INTEGER,
            assembly_received_bytes INTEGER,
            assembly_started_at INTEGER,
            assembly_ended_at INTEGER,
            assembly_digesting TEXT
                \(check("assembly_digesting", "whole", "incomplete", "unconfirmed", "out_of_order")),
            assembly_sha256 TEXT CHECK (length(assembly_sha256) = 64),
            assembly_md5 TEXT CHECK (length(assembly_md5) = 32),
            end TEXT NOT NULL \(check("end", "complete", "truncated", "gap", "reset", "open")),
            started_at INTEGER NOT NULL,
            responded_at INTEGER,
            ended_at INTEGER NOT NULL,
            duration_ms REAL GENERATED ALWAYS AS ((ended_at - responded_at) / 1e6) VIRTUAL,
            CHECK (copy_of <> id)
        ) STRICT;

        CREATE INDEX transfer_by_recording ON transfer (recording_id);
        CREATE INDEX transfer_by_session ON transfer (session_id, ended_at) WHERE session_id IS NOT NULL;
        CREATE INDEX transfer_by_original ON transfer (copy_of) WHERE copy_of IS NOT NULL;
        CREATE INDEX transfer_by_time ON transfer (ended_at);
        CREATE INDEX transfer_by_duration ON transfer (duration_ms)
            WHERE end = 'complete' AND copy_of IS NULL;

        CREATE TABLE transfer_sample (
            transfer_id INTEGER NOT NULL REFERENCES transfer (id) ON DELETE CASCADE,
            position INTEGER NOT NULL,
            offset_ns INTEGER NOT NULL,
            cumulative_bytes INTEGER NOT NULL,
            PRIMARY KEY (transfer_id, position)
        ) STRICT, WITHOUT ROWID;
        """
}
