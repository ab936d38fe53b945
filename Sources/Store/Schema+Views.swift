// Views for people: ISO times, joined names. Programs read the tables.

extension Schema {
    /// Readable forms of the tables.
    static let views = """
        CREATE VIEW session_readable AS
        SELECT
            id, dialect, product_id, device_id, gateway_id, command_id, attempt, firmware_id,
            from_version, to_version, state, outcome, failure_class, doubt, failure_source, failure_evidence,
            \(iso("offered_at")), \(iso("accepted_at")), \(iso("transfer_started_at")),
            \(iso("transfer_ended_at")), \(iso("result_at")), \(iso("confirmed_at")), \(iso("ended_at")),
            \(iso("first_seen_at")), \(iso("last_seen_at")),
            claimed_percent, claimed_bytes, measured_bytes, claimed_duration_ms, measured_duration_ms,
            measured_status, measured_digest_matches, head_seen, tail_seen
        FROM session;

        CREATE VIEW message_readable AS
        \(messages(link: "session_message"))
        JOIN session_message ON session_message.message_id = message.id
        UNION ALL
        \(messages(link: nil))
        WHERE message.id NOT IN (SELECT message_id FROM session_message);

        CREATE VIEW transfer_readable AS
        SELECT
            transfer.id, transfer.recording_id, transfer.session_id, session.device_id, transfer.evidence,
            transfer.client, transfer.method, transfer.url, transfer.range, transfer.status,
            transfer.content_length, transfer.body_bytes, transfer.end, transfer.duration_ms,
            \(iso("transfer.started_at", as: "started_at")), \(iso("transfer.ended_at", as: "ended_at")),
            transfer.sha256, transfer.md5,
            transfer.assembly, transfer.assembly_exchanges, transfer.assembly_covered_bytes,
            transfer.assembly_total_bytes, transfer.assembly_digesting, transfer.assembly_sha256,
            transfer.assembly_md5,
            CASE
                WHEN session.digest_hex IS NULL THEN NULL
                WHEN transfer.assembly IS NULL AND transfer.end <> 'complete' THEN NULL
                WHEN session.digest_algorithm = 'sha256'
                THEN iif(transfer.assembly IS NULL, transfer.sha256, transfer.assembly_sha256) = session.digest_hex
                WHEN session.digest_algorithm = 'md5'
                THEN iif(transfer.assembly IS NULL, transfer.md5, transfer.assembly_md5) = session.digest_hex
            END AS matches_offer
        FROM transfer
        LEFT JOIN session ON session.id = transfer.session_id;

        CREATE VIEW recording_readable AS
        SELECT
            id, source, kind, state, \(iso("started_at")), \(iso("ended_at")), packets, captured_bytes,
            messages_seen, messages_kept,
            kernel_drops + interface_drops + queue_drops AS dropped, gaps, gap_bytes, tool_version
        FROM recording;
        """

    /// Messages with their links, or without any.
    ///
    /// Two halves, because a message finds its links in no index: the first half goes by links, the second is skipped
    /// where a session is asked for.
    private static func messages(link: String?) -> String {
        """
        SELECT
            message.id, connection.recording_id, recording.source,
            \(link.map { "\($0).session_id" } ?? "NULL AS session_id"),
            \(iso("message.recorded_at", as: "recorded_at")),
            iif(message.is_to_broker, 'to-broker', 'from-broker') AS direction,
            connection.client_id, connection.client,
            topic.name AS topic, message.qos, message.is_retained, message.is_duplicate,
            \(link.map { "\($0).is_transport_duplicate, \($0).copy_of" } ?? "0, NULL"),
            rule.dialect, rule.event,
            message.device_id, message.command_id, message.percent, message.downloaded_bytes,
            length(message.payload) AS payload_bytes, CAST(message.payload AS TEXT) AS payload
        FROM message
        JOIN connection ON connection.id = message.connection_id
        JOIN recording ON recording.id = connection.recording_id
        JOIN topic ON topic.id = message.topic_id
        LEFT JOIN rule ON rule.id = message.rule_id
        """
    }

    /// An expression that shows nanoseconds since the epoch as RFC 3339 with milliseconds.
    private static func iso(_ column: String, as name: String? = nil) -> String {
        "strftime('%Y-%m-%dT%H:%M:%S', \(column) / 1000000000, 'unixepoch')"
            + " || printf('.%03dZ', \(column) / 1000000 % 1000) AS \(name ?? column)"
    }
}
