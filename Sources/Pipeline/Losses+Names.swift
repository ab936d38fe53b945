// Kinds of loss by the names that the store's columns and the metrics have.

import Traffic

extension Losses {
    /// Every kind with its count.
    var named: [(String, Int64)] {
        [
            ("kernel_drops", kernelDrops), ("interface_drops", interfaceDrops), ("queue_drops", queueDrops),
            ("gaps", gaps), ("gap_bytes", gapBytes),
            ("conflicting_retransmissions", conflictingRetransmissions), ("stray_segments", straySegments),
            ("cut_packets", cutPackets), ("undecodable_packets", undecodablePackets),
            ("malformed_packets", malformedPackets), ("evicted_flows", evictedFlows),
            ("encrypted_connections", encryptedConnections),
            ("unreadable_connections", unreadableConnections), ("oversized_packets", oversizedPackets),
            ("forgotten_aliases", forgottenAliases), ("forgotten_sessions", forgottenSessions),
            ("forgotten_requests", forgottenRequests), ("unreached_not_kept", unreachedNotKept),
            ("unmeasured_bodies", unmeasuredBodies),
            ("devices_let_go", devicesLetGo), ("downloads_let_go", downloadsLetGo),
            ("unreached_let_go", unreachedLetGo), ("unwritten_packets", unwrittenPackets),
        ]
    }
}
