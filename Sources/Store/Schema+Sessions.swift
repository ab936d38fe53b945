// Tables of what the evidence means: sessions, the transfers they share, findings.

extension Schema {
    /// Sessions; claimed and measured figures stand in columns of their own, and a number is never used twice.
    static let sessionTables = """
        CREATE TABLE session (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            dialect TEXT NOT NULL,
            product_id TEXT NOT NULL,
            device_id TEXT NOT NULL,
            command TEXT NOT NULL,
            attempt INTEGER NOT NULL CHECK (attempt >= 1),
            retry_of INTEGER REFERENCES session (id) ON DELETE SET NULL,
            parent_session_id INTEGER REFERENCES session (id) ON DELETE SET NULL,
            gateway_id TEXT,
            command_id TEXT,
            firmware_id TEXT,
            from_version TEXT,
            to_version TEXT,
            url TEXT,
            size_bytes INTEGER,
            digest_algorithm TEXT,
            digest_hex TEXT,
            digest_verbatim TEXT,
            state TEXT NOT NULL \(check(
                "state", "polled", "offered", "accepted", "transferring", "verifying", "installing",
                "rebooting", "confirmed", "reported-ok", "failed", "timed-out", "expired",
                "rejected", "cancelled", "superseded", "unconfirmed", "contradicted")),
            outcome TEXT NOT NULL \(check("outcome", "open", "ok", "failed", "cancelled", "superseded", "unknown")),
            failure_class TEXT \(check("failure_class", failureClasses)),
            doubt TEXT \(check("doubt", "claimed-success-without-download", "version-not-confirmed")),
            failure_source TEXT \(check("failure_source", "measured", "claimed", "silence")),
            failure_evidence TEXT,
            failure_messages TEXT NOT NULL CHECK (json_type(failure_messages) = 'array'),
            failure_transfers TEXT NOT NULL CHECK (json_type(failure_transfers) = 'array'),
            offered_at INTEGER,
            accepted_at INTEGER,
            first_progress_at INTEGER,
            last_progress_at INTEGER,
            transfer_started_at INTEGER,
            transfer_ended_at INTEGER,
            result_at INTEGER,
            confirmed_at INTEGER,
            ended_at INTEGER,
            first_seen_at INTEGER NOT NULL,
            last_seen_at INTEGER NOT NULL,
            claimed_percent REAL,
            claimed_bytes INTEGER,
            claimed_total_bytes INTEGER,
            claimed_bytes_per_second REAL,
            claimed_duration_ms REAL,
            claimed_code TEXT,
            claimed_reason TEXT,
            claimed_digest_verified INTEGER CHECK (claimed_digest_verified IN (0, 1)),
            claimed_failure TEXT,
            measured_status INTEGER,
            measured_bytes INTEGER,
            measured_duration_ms REAL,
            measured_sha256 TEXT,
            measured_md5 TEXT,
            measured_digest_matches INTEGER CHECK (measured_digest_matches IN (0, 1)),
            measured_over TEXT \(check("measured_over", "http", "mqtt")),
            transfer_count INTEGER NOT NULL,
            chunk_count INTEGER NOT NULL,
            progress_count INTEGER NOT NULL,
            copy_count INTEGER NOT NULL,
            duplicate_count INTEGER NOT NULL,
            head_seen INTEGER NOT NULL CHECK (head_seen IN (0, 1)),
            tail_seen INTEGER NOT NULL CHECK (tail_seen IN (0, 1)),
            is_ambiguous INTEGER NOT NULL CHECK (is_ambiguous IN (0, 1)),
            ack_latency_ms REAL,
            first_progress_delay_ms REAL,
            claimed_transfer_ms REAL,
            measured_transfer_ms REAL,
            measured_content_length INTEGER,
            measured_bytes_per_second REAL,
            stall_count INTEGER NOT NULL,
            stall_total_ms REAL,
            stall_longest_ms REAL,
            regression_count INTEGER NOT NULL,
            regression_depth REAL,
            jump_count INTEGER NOT NULL,
            overshoot_percent REAL,
            plateau_ms REAL,
            expected_progress_count INTEGER,
            superseded_count INTEGER NOT NULL,
            clock_offset_ms REAL,
            clock_drift_ms REAL,
            clock_resolution TEXT \(check("clock_resolution", "s", "ms", "us")),
            reboot_gap_ms REAL,
            confirm_delay_ms REAL,
            outage_ms REAL,
            bytes_ratio REAL,
            rate_ratio REAL,
            duration_ratio REAL,
            UNIQUE (dialect, product_id, device_id, command, attempt),
            CHECK (
                (outcome = 'failed' OR outcome = 'cancelled' OR outcome = 'superseded')
                = (failure_class IS NOT NULL)),
            CHECK (doubt IS NULL OR outcome = 'ok')
        ) STRICT;

        CREATE INDEX session_by_parent ON session (parent_session_id) WHERE parent_session_id IS NOT NULL;
        CREATE INDEX session_by_retry ON session (retry_of) WHERE retry_of IS NOT NULL;
        CREATE INDEX session_by_command ON session (command_id) WHERE command_id IS NOT NULL;
        CREATE INDEX session_by_device ON session (device_id, first_seen_at);
        CREATE INDEX session_by_time ON session (first_seen_at);
        CREATE INDEX session_by_outcome ON session (outcome, first_seen_at);
        CREATE INDEX session_by_version ON session (
            dialect, product_id, to_version, outcome, failure_class);
        CREATE INDEX session_by_failure ON session (
            failure_class, dialect, product_id, coalesce(to_version, firmware_id), first_seen_at, device_id)
            WHERE failure_class IS NOT NULL;
        CREATE INDEX session_by_orphan ON session (first_seen_at) WHERE offered_at IS NULL;
        CREATE INDEX session_by_gateway ON session (gateway_id, first_seen_at) WHERE gateway_id IS NOT NULL;

        CREATE TABLE session_message (
            session_id INTEGER NOT NULL REFERENCES session (id) ON DELETE CASCADE,
            message_id INTEGER NOT NULL REFERENCES message (id) ON DELETE CASCADE,
            copy_of INTEGER REFERENCES message (id) ON DELETE SET NULL CHECK (copy_of <> message_id),
            is_transport_duplicate INTEGER NOT NULL CHECK (is_transport_duplicate IN (0, 1)),
            PRIMARY KEY (session_id, message_id)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE session_transfer (
            session_id INTEGER NOT NULL REFERENCES session (id) ON DELETE CASCADE,
            transfer_id INTEGER NOT NULL REFERENCES transfer (id) ON DELETE CASCADE,
            PRIMARY KEY (session_id, transfer_id)
        ) STRICT, WITHOUT ROWID;

        CREATE INDEX session_transfer_by_transfer ON session_transfer (transfer_id);

        CREATE TABLE anomaly (
            id INTEGER PRIMARY KEY,
            session_id INTEGER REFERENCES session (id) ON DELETE CASCADE,
            recording_id INTEGER REFERENCES recording (id) ON DELETE CASCADE,
            position INTEGER NOT NULL,
            code TEXT NOT NULL CHECK (code <> ''),
            severity TEXT NOT NULL \(check("severity", "notice", "warning", "error")),
            found_at INTEGER NOT NULL,
            text TEXT NOT NULL,
            message_ids TEXT NOT NULL CHECK (json_type(message_ids) = 'array'),
            transfer_ids TEXT NOT NULL CHECK (json_type(transfer_ids) = 'array'),
            UNIQUE (session_id, position)
        ) STRICT;

        CREATE INDEX anomaly_by_code ON anomaly (code, found_at);
        CREATE INDEX anomaly_by_time ON anomaly (found_at);
        CREATE INDEX anomaly_by_recording ON anomaly (recording_id) WHERE recording_id IS NOT NULL;
        """

    /// Replays; they outlive the session they replayed, which is then named by its key.
    static let replayTables = """
        CREATE TABLE replay (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            session_id INTEGER REFERENCES session (id) ON DELETE SET NULL,
            device_id TEXT NOT NULL,
            command TEXT NOT NULL,
            started_at INTEGER NOT NULL,
            ended_at INTEGER NOT NULL,
            settings TEXT NOT NULL CHECK (json_type(settings) = 'object'),
            tool_version TEXT NOT NULL,
            verdict TEXT NOT NULL \(check(
                "verdict", "STABLE", "REGRESSED", "FIXED", "REPRODUCED", "CHANGED", "INCONCLUSIVE",
                "ERROR")),
            reason TEXT NOT NULL,
            evaluated INTEGER NOT NULL,
            tolerated INTEGER NOT NULL,
            ignored INTEGER NOT NULL,
            lateness_p50_ms REAL NOT NULL,
            lateness_p99_ms REAL NOT NULL,
            lateness_max_ms REAL NOT NULL
        ) STRICT;

        CREATE INDEX replay_by_session ON replay (session_id) WHERE session_id IS NOT NULL;
        CREATE INDEX replay_by_time ON replay (started_at);

        CREATE TABLE replay_message (
            replay_id INTEGER NOT NULL REFERENCES replay (id) ON DELETE CASCADE,
            position INTEGER NOT NULL,
            direction TEXT NOT NULL CHECK (direction IN ('sent', 'received')),
            passed_at INTEGER NOT NULL,
            lateness_ms REAL,
            topic_id INTEGER NOT NULL REFERENCES topic (id),
            payload BLOB NOT NULL,
            PRIMARY KEY (replay_id, position)
        ) STRICT, WITHOUT ROWID;

        CREATE INDEX replay_message_by_topic ON replay_message (topic_id);

        CREATE TABLE difference (
            replay_id INTEGER NOT NULL REFERENCES replay (id) ON DELETE CASCADE,
            position INTEGER NOT NULL,
            field TEXT NOT NULL,
            rule TEXT NOT NULL,
            recorded TEXT,
            observed TEXT,
            recorded_at INTEGER,
            observed_at INTEGER,
            is_explained INTEGER NOT NULL CHECK (is_explained IN (0, 1)),
            PRIMARY KEY (replay_id, position)
        ) STRICT, WITHOUT ROWID;
        """
}
