-- Complete responses that took longest, with their measured rate and who fetched what.
-- Of a download that was resumed, each complete piece is a row of its own.
-- Parameter :limit is 20 when unset.
SELECT
    transfer.id, transfer.session_id, session.device_id, session.to_version,
    transfer.client,
    substr(transfer.url, 1, instr(transfer.url || '?', '?') - 1) AS url,
    transfer.status, transfer.body_bytes, transfer.duration_ms,
    transfer.body_bytes * 1000.0 / nullif(transfer.duration_ms, 0) AS bytes_per_second,
    strftime('%Y-%m-%dT%H:%M:%S', transfer.started_at / 1000000000, 'unixepoch')
        || printf('.%03dZ', transfer.started_at / 1000000 % 1000) AS started_at
FROM transfer
LEFT JOIN session ON session.id = transfer.session_id
WHERE transfer.end = 'complete'
    AND transfer.copy_of IS NULL
    AND transfer.status BETWEEN 200 AND 299
    AND transfer.duration_ms IS NOT NULL
ORDER BY transfer.duration_ms DESC, transfer.id
LIMIT coalesce(:limit, 20);
