-- Children of one gateway that got the same image together and ended differently, or are far apart in progress.
-- Parameters :percent is 20 and :minutes is 10 when unset; :gateway narrows the list; :limit is 100 when unset.
WITH child AS (
    SELECT
        id, dialect, gateway_id, coalesce(firmware_id, to_version) AS image, device_id, outcome, claimed_percent,
        first_seen_at
    FROM session
    WHERE gateway_id IS NOT NULL
        AND gateway_id <> device_id
        AND coalesce(firmware_id, to_version) IS NOT NULL
        AND (:gateway IS NULL OR gateway_id = :gateway)
),
marked AS (
    SELECT
        *,
        coalesce(
            first_seen_at - lag(first_seen_at) OVER (
                PARTITION BY dialect, gateway_id, image ORDER BY first_seen_at)
                > coalesce(:minutes, 10) * 60000000000,
            1) AS is_first
    FROM child
),
numbered AS (
    SELECT
        *,
        sum(is_first) OVER (
            PARTITION BY dialect, gateway_id, image
            ORDER BY first_seen_at ROWS UNBOUNDED PRECEDING) AS number
    FROM marked
)
SELECT
    strftime('%Y-%m-%dT%H:%M:%SZ', min(first_seen_at) / 1000000000, 'unixepoch') AS began,
    dialect, gateway_id, image,
    count(DISTINCT device_id) AS children,
    count(DISTINCT device_id) FILTER (WHERE outcome = 'ok') AS ok,
    count(DISTINCT device_id) FILTER (WHERE outcome = 'failed') AS failed,
    min(claimed_percent) AS least_percent,
    max(claimed_percent) AS most_percent,
    max(first_seen_at) AS found_at,
    json_group_array(id) AS session_ids
FROM numbered
GROUP BY dialect, gateway_id, image, number
HAVING children > 1
    AND (
        count(DISTINCT outcome) FILTER (WHERE outcome IN ('ok', 'failed', 'cancelled')) > 1
        OR most_percent - least_percent > coalesce(:percent, 20))
ORDER BY found_at DESC
LIMIT coalesce(:limit, 100);
