-- Answers by an id that was issued to another device and never to the one that answered, newest first.
-- Parameters :device narrows the list; :limit is 100 when unset.
SELECT
    strftime('%Y-%m-%dT%H:%M:%SZ', reply.first_seen_at / 1000000000, 'unixepoch') AS replied,
    reply.dialect, reply.device_id, reply.command_id,
    min(issued.device_id) AS issued_to,
    count(DISTINCT issued.device_id) AS issued_to_devices,
    reply.first_seen_at AS found_at,
    json_array(reply.id, min(issued.id)) AS session_ids
FROM session AS reply INDEXED BY session_by_orphan
JOIN session AS issued INDEXED BY session_by_command
    ON issued.command_id = reply.command_id
    AND issued.dialect = reply.dialect
    AND issued.device_id <> reply.device_id
    AND issued.offered_at IS NOT NULL
WHERE reply.offered_at IS NULL
    AND reply.command_id IS NOT NULL
    AND (:device IS NULL OR reply.device_id = :device)
    AND NOT EXISTS (
        SELECT 1
        FROM session AS own INDEXED BY session_by_command
        WHERE own.command_id = reply.command_id
            AND own.dialect = reply.dialect
            AND own.device_id = reply.device_id
            AND own.offered_at IS NOT NULL)
GROUP BY reply.id
ORDER BY found_at DESC
LIMIT coalesce(:limit, 100);
