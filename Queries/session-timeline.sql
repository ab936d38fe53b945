-- Messages and downloads of one session in one order, each once, and which sources saw it.
-- Parameter :session is the session's number; the session that began last when unset.
WITH
    chosen AS (
        SELECT id, first_seen_at
        FROM session
        WHERE id = coalesce(
            :session,
            (SELECT id FROM session ORDER BY first_seen_at DESC, id DESC LIMIT 1))
    ),
    downloads AS (
        SELECT id FROM transfer WHERE session_id = (SELECT id FROM chosen)
        UNION
        SELECT transfer_id FROM session_transfer WHERE session_id = (SELECT id FROM chosen)
    ),
    -- Per message that is no copy: whether our own subscription saw it (number 0), and whether a tapped connection did.
    seen AS (
        SELECT
            coalesce(link.copy_of, link.message_id) AS id,
            min(connection.number) AS first_connection,
            max(connection.number) AS last_connection
        FROM session_message AS link
        CROSS JOIN message ON message.id = link.message_id
        CROSS JOIN connection ON connection.id = message.connection_id
        WHERE link.session_id = (SELECT id FROM chosen)
        GROUP BY coalesce(link.copy_of, link.message_id)
    ),
    lines AS (
        SELECT
            message.recorded_at AS at,
            'mqtt' AS lane,
            coalesce(rule.event, 'message') AS what,
            printf('%s %d bytes', topic.name, length(message.payload))
                || iif(message.percent IS NULL, '', printf(', %g %%', message.percent))
                || coalesce(', ' || message.downloaded_bytes || ' downloaded', '')
                || coalesce(', code ' || message.code, '')
                || coalesce(', version ' || message.version, '')
                || iif(link.is_transport_duplicate, ', redelivered', '') AS detail,
            CASE
                WHEN seen.last_connection = 0 THEN 'broker'
                WHEN seen.first_connection = 0 THEN 'broker+wire'
                ELSE 'wire'
            END AS sources,
            message.id AS message_id,
            NULL AS transfer_id
        FROM seen
        CROSS JOIN session_message AS link ON link.session_id = (SELECT id FROM chosen) AND link.message_id = seen.id
        CROSS JOIN message ON message.id = seen.id
        CROSS JOIN topic ON topic.id = message.topic_id
        LEFT JOIN rule ON rule.id = message.rule_id
        WHERE link.copy_of IS NULL
        UNION ALL
        SELECT
            transfer.started_at,
            'http',
            'download',
            transfer.method || ' ' || substr(transfer.url, 1, instr(transfer.url || '?', '?') - 1)
                || ' → ' || coalesce(transfer.status, 'no response')
                || ', ' || transfer.body_bytes || coalesce(' of ' || transfer.content_length, '') || ' bytes'
                || iif(transfer.duration_ms IS NULL, '', printf(' in %.0f ms', transfer.duration_ms))
                || ', ' || transfer.end,
            (
                SELECT replace(group_concat(DISTINCT seen.evidence), ',', '+')
                FROM transfer AS seen
                WHERE seen.id = transfer.id OR seen.copy_of = transfer.id
            ),
            NULL,
            transfer.id
        FROM downloads
        CROSS JOIN transfer ON transfer.id = downloads.id
        WHERE transfer.copy_of IS NULL
    )
SELECT
    chosen.id AS session_id,
    strftime('%Y-%m-%dT%H:%M:%S', lines.at / 1000000000, 'unixepoch')
        || printf('.%03dZ', lines.at / 1000000 % 1000) AS at,
    (lines.at - chosen.first_seen_at) / 1e6 AS offset_ms,
    lines.lane, lines.what, lines.detail, lines.sources, lines.message_id, lines.transfer_id
FROM chosen
CROSS JOIN lines
ORDER BY lines.at, lines.lane, coalesce(lines.message_id, lines.transfer_id);
