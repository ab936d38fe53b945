-- Sessions whose device claimed figures for a download that was also measured, side by side, newest first.
-- A ratio is claimed over measured: 8 points to bits for bytes, 1.024 to KiB for kB, 1000 to µs for ms.
-- Measured rates and ratios are given for downloads of one response only: of several, measured_bytes is the sum and
-- measured_duration_ms the last one's, and the two do not go together.
-- Parameters :dialect and :device narrow the list; :limit is 100 when unset.
SELECT
    id, dialect, device_id, command_id, attempt, outcome, failure_class,
    claimed_bytes, measured_bytes,
    claimed_duration_ms, measured_duration_ms,
    transfer_count,
    iif(transfer_count = 1, claimed_duration_ms / nullif(measured_duration_ms, 0), NULL) AS duration_ratio,
    claimed_bytes_per_second,
    iif(transfer_count = 1, measured_bytes * 1000.0 / nullif(measured_duration_ms, 0), NULL)
        AS measured_bytes_per_second,
    iif(
        transfer_count = 1,
        claimed_bytes_per_second * measured_duration_ms / nullif(measured_bytes * 1000.0, 0),
        NULL) AS rate_ratio,
    claimed_digest_verified, measured_digest_matches
FROM session
WHERE transfer_count > 0
    AND coalesce(claimed_bytes, claimed_duration_ms, claimed_bytes_per_second, claimed_digest_verified)
        IS NOT NULL
    AND (:dialect IS NULL OR dialect = :dialect)
    AND (:device IS NULL OR device_id = :device)
ORDER BY first_seen_at DESC, id DESC
LIMIT coalesce(:limit, 100);
