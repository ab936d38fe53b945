-- Failures of one class on several devices of one product and version within a stretch of time, newest first.
-- Parameters :devices is 3 and :minutes is 60 when unset; :dialect narrows the list; :limit is 100 when unset.
WITH failure AS (
    SELECT
        failure_class, dialect, product_id, coalesce(to_version, firmware_id) AS version, first_seen_at,
        device_id, id, coalesce(:minutes, 60) * 60000000000 AS span
    FROM session
    WHERE failure_class IS NOT NULL
        AND (:dialect IS NULL OR dialect = :dialect)
),
hot AS (
    -- Failures after which, within the stretch, enough devices fail alike.
    SELECT *
    FROM failure
    WHERE coalesce(:devices, 3) <= (
        SELECT count(*)
        FROM (
            SELECT DISTINCT other.device_id
            FROM session AS other
            WHERE other.failure_class = failure.failure_class
                AND other.dialect = failure.dialect
                AND other.product_id = failure.product_id
                AND coalesce(other.to_version, other.firmware_id) IS failure.version
                AND other.first_seen_at BETWEEN failure.first_seen_at AND failure.first_seen_at + failure.span
            LIMIT coalesce(:devices, 3)))
),
marked AS (
    SELECT
        *,
        coalesce(
            first_seen_at - lag(first_seen_at) OVER (
                PARTITION BY failure_class, dialect, product_id, version ORDER BY first_seen_at) > span,
            1) AS is_first
    FROM hot
),
numbered AS (
    SELECT
        *,
        sum(is_first) OVER (
            PARTITION BY failure_class, dialect, product_id, version
            ORDER BY first_seen_at ROWS UNBOUNDED PRECEDING) AS number
    FROM marked
),
outbreak AS (
    SELECT
        failure_class, dialect, product_id, version,
        min(first_seen_at) AS began_at, max(first_seen_at) + max(span) AS until
    FROM numbered
    GROUP BY failure_class, dialect, product_id, version, number
)
SELECT
    strftime('%Y-%m-%dT%H:%M:%SZ', outbreak.began_at / 1000000000, 'unixepoch') AS began,
    outbreak.dialect, outbreak.product_id, outbreak.version, outbreak.failure_class,
    count(DISTINCT session.device_id) AS devices,
    count(*) AS sessions,
    max(session.first_seen_at) AS found_at,
    min(session.failure_evidence) AS example,
    json_group_array(session.id) AS session_ids
FROM outbreak
CROSS JOIN session ON session.failure_class = outbreak.failure_class
    AND session.dialect = outbreak.dialect
    AND session.product_id = outbreak.product_id
    AND coalesce(session.to_version, session.firmware_id) IS outbreak.version
    AND session.first_seen_at BETWEEN outbreak.began_at AND outbreak.until
GROUP BY
    outbreak.failure_class, outbreak.dialect, outbreak.product_id, outbreak.version, outbreak.began_at
ORDER BY found_at DESC
LIMIT coalesce(:limit, 100);
