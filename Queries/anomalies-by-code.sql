-- Findings by code, the most frequent first: how many, of how many sessions and devices, and the newest as example.
-- Parameters :dialect, :device and :severity narrow the list; :limit is 100 when unset.
SELECT
    anomaly.code, anomaly.severity,
    count(*) AS findings,
    count(DISTINCT anomaly.session_id) AS sessions,
    count(DISTINCT session.device_id) AS devices,
    strftime('%Y-%m-%dT%H:%M:%SZ', min(anomaly.found_at) / 1000000000, 'unixepoch') AS first_found,
    strftime('%Y-%m-%dT%H:%M:%SZ', max(anomaly.found_at) / 1000000000, 'unixepoch') AS last_found,
    anomaly.session_id AS example_session,
    anomaly.text AS example
FROM anomaly INDEXED BY anomaly_by_code
LEFT JOIN session ON session.id = anomaly.session_id
WHERE (:dialect IS NULL OR session.dialect = :dialect)
    AND (:device IS NULL OR session.device_id = :device)
    AND (:severity IS NULL OR anomaly.severity = :severity)
GROUP BY anomaly.code, anomaly.severity
ORDER BY findings DESC, anomaly.code
LIMIT coalesce(:limit, 100);
