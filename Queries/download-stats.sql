-- Downloads per dialect, product and version: outcomes, measured duration, bytes and mean rate.
-- Parameters :dialect, :product and :version narrow the list; unset means all.
-- Figures are over completed downloads only: a 404 counts as a failure and never as a duration.
-- A response with the whole image is a download by itself, whatever was cut before it. A session without one whose
-- pieces (a cut 200, 206 answers) cover the image has one download: its bytes are those of all pieces together, its
-- duration is from the first piece's first byte to the last piece's last, pauses between them included.
-- Percentiles are by nearest rank; the mean rate is the sum of bytes over the sum of seconds.
WITH
    chosen AS (
        SELECT id, dialect, product_id, to_version, outcome, failure_class
        FROM session
        WHERE (:dialect IS NULL OR dialect = :dialect)
            AND (:product IS NULL OR product_id = :product)
            AND (:version IS NULL OR to_version = :version)
    ),
    outcomes AS (
        SELECT
            dialect, product_id, to_version,
            count(*) AS sessions,
            sum(outcome = 'ok') AS ok,
            sum(outcome = 'failed') AS failed,
            sum(outcome NOT IN ('ok', 'failed')) AS other
        FROM chosen
        GROUP BY dialect, product_id, to_version
    ),
    classes AS (
        SELECT dialect, product_id, to_version, failure_class, count(*) AS number
        FROM chosen
        WHERE outcome = 'failed'
        GROUP BY dialect, product_id, to_version, failure_class
    ),
    failures AS (
        SELECT DISTINCT
            dialect, product_id, to_version,
            group_concat(failure_class || ' ' || number, ', ') OVER (
                PARTITION BY dialect, product_id, to_version
                ORDER BY number DESC, failure_class
                ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
            ) AS failed_by_class
        FROM classes
    ),
    pieces AS (
        SELECT
            chosen.id AS session_id, chosen.dialect, chosen.product_id, chosen.to_version,
            transfer.id, transfer.end, transfer.body_bytes, transfer.duration_ms,
            transfer.responded_at, transfer.ended_at,
            -- 'bytes 500-999/1000': CAST reads the digits it begins with, and none as 0.
            iif(transfer.status = 206, CAST(substr(transfer.content_range, 7) AS INTEGER), 0) AS first_byte,
            iif(
                transfer.status = 206,
                nullif(
                    CAST(substr(transfer.content_range, instr(transfer.content_range, '/') + 1) AS INTEGER), 0),
                coalesce(
                    transfer.content_length,
                    iif(transfer.end = 'complete', transfer.body_bytes, NULL))) AS image_bytes
        FROM chosen
        CROSS JOIN transfer ON transfer.session_id = chosen.id
        WHERE transfer.copy_of IS NULL
            AND transfer.method = 'GET'
            AND (transfer.status IN (200, 203)
                OR transfer.status = 206 AND transfer.content_range LIKE 'bytes %-%/%')
            AND transfer.missing_bytes = 0
            AND transfer.duration_ms IS NOT NULL
    ),
    placed AS (
        SELECT
            *,
            end = 'complete' AND first_byte = 0 AND body_bytes >= image_bytes AS is_whole,
            max(first_byte + body_bytes) OVER (
                PARTITION BY session_id
                ORDER BY first_byte, id
                ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
            ) AS reached_before
        FROM pieces
    ),
    downloads AS (
        SELECT dialect, product_id, to_version, body_bytes, duration_ms
        FROM placed
        WHERE is_whole
        UNION ALL
        SELECT
            dialect, product_id, to_version,
            sum(body_bytes), (max(ended_at) - min(responded_at)) / 1e6
        FROM placed
        GROUP BY session_id
        HAVING NOT max(coalesce(is_whole, 0))
            AND NOT max(first_byte > coalesce(reached_before, 0))
            AND max(iif(end = 'complete', first_byte + body_bytes, 0)) >= max(image_bytes)
    ),
    ranked AS (
        SELECT
            *,
            row_number() OVER (PARTITION BY dialect, product_id, to_version ORDER BY duration_ms) AS place,
            count(*) OVER (PARTITION BY dialect, product_id, to_version) AS total
        FROM downloads
    ),
    figures AS (
        SELECT
            dialect, product_id, to_version,
            count(*) AS downloads,
            sum(body_bytes) AS bytes,
            sum(duration_ms) AS total_ms,
            min(CASE WHEN place * 100 >= total * 50 THEN duration_ms END) AS p50_ms,
            min(CASE WHEN place * 100 >= total * 90 THEN duration_ms END) AS p90_ms,
            min(CASE WHEN place * 100 >= total * 99 THEN duration_ms END) AS p99_ms
        FROM ranked
        GROUP BY dialect, product_id, to_version
    )
SELECT
    outcomes.dialect, outcomes.product_id, outcomes.to_version,
    outcomes.sessions, outcomes.ok, outcomes.failed, outcomes.other,
    failures.failed_by_class,
    coalesce(figures.downloads, 0) AS downloads,
    figures.p50_ms, figures.p90_ms, figures.p99_ms,
    coalesce(figures.bytes, 0) AS downloaded_bytes,
    figures.bytes * 1000.0 / nullif(figures.total_ms, 0) AS mean_bytes_per_second
FROM outcomes
LEFT JOIN failures
    ON failures.dialect = outcomes.dialect
    AND failures.product_id = outcomes.product_id
    AND failures.to_version IS outcomes.to_version
LEFT JOIN figures
    ON figures.dialect = outcomes.dialect
    AND figures.product_id = outcomes.product_id
    AND figures.to_version IS outcomes.to_version
ORDER BY outcomes.dialect, outcomes.product_id, outcomes.to_version;
