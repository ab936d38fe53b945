-- How far each device's clock is from the recorder's, and how it drifts from session to session; the worst first.
-- An offset is the device's clock minus the recorder's. Drift is between its first and its last session.
-- Parameters :dialect and :device narrow the list; :limit is 100 when unset.
WITH clock AS (
    SELECT
        dialect, device_id, first_seen_at, clock_offset_ms, clock_resolution,
        first_value(clock_offset_ms) OVER by_time AS first_ms,
        last_value(clock_offset_ms) OVER by_time AS last_ms
    FROM session INDEXED BY session_by_device
    WHERE clock_offset_ms IS NOT NULL
        AND (:dialect IS NULL OR dialect = :dialect)
        AND (:device IS NULL OR device_id = :device)
    WINDOW by_time AS (
        PARTITION BY device_id, dialect
        ORDER BY first_seen_at ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
)
SELECT
    dialect, device_id,
    count(*) AS sessions,
    max(last_ms) AS offset_ms,
    min(clock_offset_ms) AS least_ms,
    max(clock_offset_ms) AS most_ms,
    (max(last_ms) - max(first_ms)) * 86400000000000.0 / nullif(max(first_seen_at) - min(first_seen_at), 0)
        AS drift_ms_per_day,
    group_concat(DISTINCT clock_resolution) AS resolution
FROM clock
GROUP BY device_id, dialect
ORDER BY abs(max(last_ms)) DESC, device_id
LIMIT coalesce(:limit, 100);
