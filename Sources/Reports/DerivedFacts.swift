// What follows from a session's times and figures, in words and for programs.

import Sessions
import Traffic

/// The derived facts of one session; what is not known is left out of the words.
struct DerivedFacts {
    private let facts: SessionFacts
    private let progressCount: Int

    init(_ session: Session) {
        facts = session.facts
        progressCount = session.progressCount
    }

    /// A compact block: name and value.
    var lines: [(String, String)] {
        [
            (
                "delays",
                joined([
                    facts.ackLatency.map { "answered after \(Figures.duration($0))" },
                    facts.firstProgressDelay.map { "first progress \(Figures.duration($0)) later" },
                    facts.confirmDelay.map { "confirmed \(Figures.duration($0)) after the result" },
                    facts.rebootGap.map { "away for \(Figures.duration($0))" },
                ])
            ),
            (
                "transfer",
                joined([
                    facts.measuredTransfer.map { "\(Figures.duration($0)) measured" },
                    facts.claimedTransfer.map { "\(Figures.duration($0)) claimed" },
                    facts.goodput.map { Figures.rate($0) },
                    facts.contentLength.map { "Content-Length \(Figures.bytes($0))" },
                ])
            ),
            ("progress", progress), ("claims", claims), ("device clock", clock),
            ("recorder", facts.outage.map { "without its source for \(Figures.duration($0))" } ?? ""),
        ].filter { !$0.1.isEmpty }
    }

    private var progress: String {
        joined([
            facts.expectedProgressCount.map { "\(progressCount) reports, \($0) expected" },
            facts.stallCount > 0
                ? "\(facts.stallCount) silences, \(Figures.duration(facts.stallTotal ?? .zero)) together"
                : nil,
            facts.regressionCount > 0
                ? "fell \(facts.regressionCount) times, by \(Figures.decimal(facts.regressionDepth ?? 0, places: 1)) % at most"
                : nil,
            facts.jumpCount > 0 ? "leapt \(facts.jumpCount) times" : nil,
            facts.overshoot.map { "passed 100 % by \(Figures.decimal($0, places: 1))" },
            facts.supersededCount > 0 ? "superseded \(facts.supersededCount)" : nil,
        ])
    }

    private var claims: String {
        let verdicts = [
            ("bytes", facts.bytesVerdict), ("rate", facts.rateVerdict), ("duration", facts.durationVerdict),
        ]
        guard verdicts.contains(where: { $0.1 != .unknown }) else { return "" }
        return verdicts.map { "\($0) \($1.text)" }.joined(separator: ", ")
    }

    private var clock: String {
        guard let offset = facts.clockOffset else { return "" }
        let size = offset < .zero ? .zero - offset : offset
        return joined([
            "\(Figures.duration(size)) \(offset < .zero ? "behind" : "ahead")",
            facts.clockDrift.map { "drift \(Figures.duration($0))" },
            facts.clockResolution.map { "counts in \($0.rawValue)" },
        ])
    }

    private func joined(_ parts: [String?]) -> String {
        parts.compactMap(\.self).joined(separator: ", ")
    }

    /// All facts, with null for those that are unknown.
    ///
    /// Durations are in milliseconds.
    var json: JSONValue {
        .object([
            ("ack_latency_ms", .optional(facts.ackLatency?.milliseconds)),
            ("first_progress_delay_ms", .optional(facts.firstProgressDelay?.milliseconds)),
            ("claimed_transfer_ms", .optional(facts.claimedTransfer?.milliseconds)),
            ("measured_transfer_ms", .optional(facts.measuredTransfer?.milliseconds)),
            ("measured_content_length", .optional(facts.contentLength)),
            ("measured_bytes_per_second", .optional(facts.goodput)),
            ("stall_count", .integer(Int64(facts.stallCount))),
            ("stall_total_ms", .optional(facts.stallTotal?.milliseconds)),
            ("stall_longest_ms", .optional(facts.stallLongest?.milliseconds)),
            ("regression_count", .integer(Int64(facts.regressionCount))),
            ("regression_depth", .optional(facts.regressionDepth)),
            ("jump_count", .integer(Int64(facts.jumpCount))),
            ("overshoot_percent", .optional(facts.overshoot)),
            ("plateau_ms", .optional(facts.plateau?.milliseconds)),
            ("expected_progress_count", .optional(facts.expectedProgressCount)),
            ("superseded_count", .integer(Int64(facts.supersededCount))),
            ("clock_offset_ms", .optional(facts.clockOffset?.milliseconds)),
            ("clock_drift_ms", .optional(facts.clockDrift?.milliseconds)),
            ("clock_resolution", .optional(facts.clockResolution?.rawValue)),
            ("reboot_gap_ms", .optional(facts.rebootGap?.milliseconds)),
            ("confirm_delay_ms", .optional(facts.confirmDelay?.milliseconds)),
            ("outage_ms", .optional(facts.outage?.milliseconds)),
            ("bytes_verdict", .string(facts.bytesVerdict.text)),
            ("rate_verdict", .string(facts.rateVerdict.text)),
            ("duration_verdict", .string(facts.durationVerdict.text)),
        ])
    }
}
