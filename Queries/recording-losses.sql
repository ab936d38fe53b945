-- What each recording has seen and, by kind, what it has not.
-- Parameter :recording is a recording's number; all when unset.
SELECT
    id, source, kind, state,
    strftime('%Y-%m-%dT%H:%M:%S', started_at / 1000000000, 'unixepoch')
        || printf('.%03dZ', started_at / 1000000 % 1000) AS started_at,
    packets, messages_seen, messages_kept, messages_pruned,
    kernel_drops, interface_drops, queue_drops,
    gaps, gap_bytes, cut_packets, undecodable_packets, malformed_packets,
    conflicting_retransmissions, stray_segments, evicted_flows, encrypted_connections,
    unreadable_connections, oversized_packets, forgotten_aliases, forgotten_sessions, forgotten_requests,
    unreached_not_kept, unmeasured_bodies, devices_let_go, downloads_let_go,
    unreached_let_go, unwritten_packets, is_capture_cut,
    (SELECT count(*) FROM outage WHERE outage.recording_id = recording.id) AS outages,
    kernel_drops + interface_drops + queue_drops + gaps + cut_packets + undecodable_packets
        + malformed_packets + conflicting_retransmissions + stray_segments + evicted_flows
        + encrypted_connections + unreadable_connections + oversized_packets + forgotten_aliases
        + forgotten_sessions + forgotten_requests + unreached_not_kept + unmeasured_bodies
        + devices_let_go + downloads_let_go + unreached_let_go + unwritten_packets + is_capture_cut = 0
        AND NOT EXISTS (
            SELECT 1 FROM outage WHERE outage.recording_id = recording.id AND NOT outage.is_session_kept
        ) AS is_lossless
FROM recording
WHERE :recording IS NULL OR id = :recording
ORDER BY id;
