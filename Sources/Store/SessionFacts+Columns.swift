// How what is derived of a session becomes columns, and the other way round. dialects.md §5.6.

import GRDB
import Sessions
import Traffic

extension Statements {
    /// Times are in milliseconds; a ratio is claimed over measured.
    static let sessionDerivedColumns: [TableColumn<Session>] = [
        .init("ack_latency_ms") { $0.facts.ackLatency?.milliseconds },
        .init("first_progress_delay_ms") { $0.facts.firstProgressDelay?.milliseconds },
        .init("claimed_transfer_ms") { $0.facts.claimedTransfer?.milliseconds },
        .init("measured_transfer_ms") { $0.facts.measuredTransfer?.milliseconds },
        .init("measured_content_length") { $0.facts.contentLength },
        .init("measured_bytes_per_second") { $0.facts.goodput },
        .init("stall_count") { $0.facts.stallCount },
        .init("stall_total_ms") { $0.facts.stallTotal?.milliseconds },
        .init("stall_longest_ms") { $0.facts.stallLongest?.milliseconds },
        .init("regression_count") { $0.facts.regressionCount },
        .init("regression_depth") { $0.facts.regressionDepth },
        .init("jump_count") { $0.facts.jumpCount },
        .init("overshoot_percent") { $0.facts.overshoot },
        .init("plateau_ms") { $0.facts.plateau?.milliseconds },
        .init("expected_progress_count") { $0.facts.expectedProgressCount },
        .init("superseded_count") { $0.facts.supersededCount },
        .init("clock_offset_ms") { $0.facts.clockOffset?.milliseconds },
        .init("clock_drift_ms") { $0.facts.clockDrift?.milliseconds },
        .init("clock_resolution") { $0.facts.clockResolution?.rawValue },
        .init("reboot_gap_ms") { $0.facts.rebootGap?.milliseconds },
        .init("confirm_delay_ms") { $0.facts.confirmDelay?.milliseconds },
        .init("outage_ms") { $0.facts.outage?.milliseconds },
        .init("bytes_ratio") { $0.facts.bytesRatio },
        .init("rate_ratio") { $0.facts.rateRatio },
        .init("duration_ratio") { $0.facts.durationRatio },
    ]
}

extension SessionFacts {
    /// Reads what `sessionDerivedColumns` wrote.
    init(row: Row) throws {
        self.init()
        ackLatency = row.duration("ack_latency_ms")
        firstProgressDelay = row.duration("first_progress_delay_ms")
        claimedTransfer = row.duration("claimed_transfer_ms")
        measuredTransfer = row.duration("measured_transfer_ms")
        contentLength = row["measured_content_length"]
        goodput = row["measured_bytes_per_second"]
        stallCount = row["stall_count"]
        stallTotal = row.duration("stall_total_ms")
        stallLongest = row.duration("stall_longest_ms")
        regressionCount = row["regression_count"]
        regressionDepth = row["regression_depth"]
        jumpCount = row["jump_count"]
        overshoot = row["overshoot_percent"]
        plateau = row.duration("plateau_ms")
        expectedProgressCount = row["expected_progress_count"]
        supersededCount = row["superseded_count"]
        clockOffset = row.duration("clock_offset_ms")
        clockDrift = row.duration("clock_drift_ms")
        clockResolution = try row.namedIfSet("clock_resolution")
        rebootGap = row.duration("reboot_gap_ms")
        confirmDelay = row.duration("confirm_delay_ms")
        outage = row.duration("outage_ms")
        bytesRatio = row["bytes_ratio"]
        rateRatio = row["rate_ratio"]
        durationRatio = row["duration_ratio"]
    }
}
