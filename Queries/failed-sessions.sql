-- Failed sessions, newest first, with the class of the failure and the evidence for it.
-- Parameters :dialect, :device and :class narrow the list; :limit is 100 when unset.
SELECT
    id,
    strftime('%Y-%m-%dT%H:%M:%S', first_seen_at / 1000000000, 'unixepoch')
        || printf('.%03dZ', first_seen_at / 1000000 % 1000) AS first_seen_at,
    dialect, product_id, device_id, command_id, attempt, from_version, to_version,
    state, failure_class, failure_source, failure_evidence,
    claimed_percent, claimed_code, measured_status, measured_bytes, size_bytes,
    (SELECT count(*) FROM anomaly WHERE anomaly.session_id = session.id) AS anomalies
FROM session
WHERE outcome = 'failed'
    AND (:dialect IS NULL OR dialect = :dialect)
    AND (:device IS NULL OR device_id = :device)
    AND (:class IS NULL OR failure_class = :class)
ORDER BY session.first_seen_at DESC, session.id DESC
LIMIT coalesce(:limit, 100);
