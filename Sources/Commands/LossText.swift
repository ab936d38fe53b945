// What was not seen, as one honest line.

import Pipeline
import Traffic

enum LossText {
    /// Every kind of loss that is not zero, or that there was none.
    ///
    /// `outages` are those after which a broker no longer had what it should have queued for us.
    static func summary(_ losses: Losses, outages: Int = 0) -> String {
        let counts: [(Int64, String)] = [
            (losses.kernelDrops, "dropped by the kernel"),
            (losses.interfaceDrops, "dropped by the interface"),
            (losses.queueDrops, "dropped by our own queue"),
            (losses.gaps, "TCP gaps (\(losses.gapBytes) B)"),
            (losses.conflictingRetransmissions, "retransmissions with other content, not read"),
            (losses.straySegments, "TCP segments far out of place"),
            (losses.cutPackets, "packets cut by the snap length"),
            (losses.undecodablePackets, "undecodable frames"),
            (losses.malformedPackets, "malformed MQTT packets"),
            (losses.evictedFlows, "connections given up to stay within bounds"),
            (losses.encryptedConnections, "encrypted connections, not read: subscribe to the broker instead"),
            (
                losses.unreadableConnections,
                "WebSocket connections with compressed or text messages, not read"
            ),
            (losses.oversizedPackets, "MQTT packets and HTTP heads too large to be read"),
            (losses.forgottenAliases, "topic aliases forgotten to stay within bounds"),
            (losses.forgottenSessions, "MQTT sessions forgotten to stay within bounds"),
            (losses.forgottenRequests, "HTTP requests forgotten to stay within bounds"),
            (losses.unreachedNotKept, "failed look-ups and connections too many to keep"),
            (losses.unmeasuredBodies, "HTTP bodies not measured to stay within bounds"),
            (losses.devicesLetGo, "devices let go early to stay within bounds"),
            (losses.downloadsLetGo, "downloads let go early to stay within bounds"),
            (losses.unreachedLetGo, "failed look-ups and connections let go early to stay within bounds"),
            (losses.unwrittenPackets, "packets in no packet file"),
        ]
        var parts = counts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
        if outages > 0 { parts.append("what was published during \(Count.text(outages, "outage"))") }
        if losses.isCaptureCut { parts.append("capture file cut in a record") }
        return parts.isEmpty ? "nothing lost" : "lost: " + parts.joined(separator: ", ")
    }

    /// The losses of a capture, and what it holds that is not used.
    ///
    /// `losses` are those of the capture alone where it was only listed, and of what was made of it where it was kept.
    static func summary(_ capture: CaptureSummary, _ losses: Losses) -> String {
        let unused = [
            capture.comments > 0 ? Count.text(capture.comments, "comment") : nil,
            capture.secrets > 0 ? Count.text(capture.secrets, "block") + " of TLS secrets" : nil,
        ].compactMap(\.self)
        return summary(losses)
            + (unused.isEmpty ? "" : "; not used: " + unused.joined(separator: ", "))
    }
}
