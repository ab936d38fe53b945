-- Devices that were offered one version again and again within a stretch of time, newest first.
-- Parameters :offers is 3 and :minutes is 60 when unset; :device narrows the list; :limit is 100 when unset.
WITH offered AS (
    SELECT
        id, dialect, product_id, device_id, coalesce(to_version, firmware_id) AS version, offered_at
    FROM session INDEXED BY session_by_device
    WHERE offered_at IS NOT NULL
        AND coalesce(to_version, firmware_id) IS NOT NULL
        AND (:device IS NULL OR device_id = :device)
),
counted AS (
    SELECT
        *,
        count(*) OVER (PARTITION BY device_id, dialect, product_id, version) AS offers,
        offered_at - lag(offered_at, coalesce(:offers, 3) - 1) OVER (
            PARTITION BY device_id, dialect, product_id, version ORDER BY offered_at) AS span
    FROM offered
)
SELECT
    strftime('%Y-%m-%dT%H:%M:%SZ', max(offered_at) / 1000000000, 'unixepoch') AS last_offered,
    dialect, product_id, device_id, version,
    max(offers) AS offers,
    max(offered_at) AS found_at,
    json_group_array(id) AS session_ids
FROM counted
WHERE span <= coalesce(:minutes, 60) * 60000000000
GROUP BY device_id, dialect, product_id, version
ORDER BY found_at DESC
LIMIT coalesce(:limit, 100);
