// Progress is a stream, not a list: its shape counts, not its messages. field-notes.md §4, R10.

import Dialects
public import Sessions
import Traffic

/// The shape of a session's progress.
public struct ProgressShape: Hashable, Sendable {
    /// Number of messages; informational.
    public private(set) var count = 0
    /// The last percentage.
    public private(set) var lastPercent: Double?
    /// The last total.
    public private(set) var lastTotal: Int64?
    /// The deepest fall of the percentage, in points; 0 when it never fell.
    public private(set) var deepestFall: Double = 0
    /// Whether the claimed bytes ever fell.
    public private(set) var hasByteFall = false
    /// The longest silence between two messages.
    public private(set) var longestSilence: Duration = .zero

    /// How progress that fell stands in a difference.
    static let falling = "falls"

    private var highestPercent = -Double.infinity
    private var highestBytes = Int64.min
    private var firstAt: Timestamp?
    private var lastAt: Timestamp?

    /// Reads the shape of a session's progress.
    public init(of trace: SessionTrace) {
        for event in trace.events where event.kind == .progress { add(event) }
    }

    private mutating func add(_ event: UpgradeEvent) {
        count += 1
        if let lastAt { longestSilence = max(longestSilence, event.recordedAt.duration(since: lastAt)) }
        firstAt = firstAt ?? event.recordedAt
        lastAt = event.recordedAt
        lastTotal = event.totalBytes ?? lastTotal
        if let percent = event.percent, !percent.isNaN {
            lastPercent = percent
            highestPercent = max(highestPercent, percent)
            deepestFall = max(deepestFall, highestPercent - percent)
        }
        if let bytes = event.downloadedBytes {
            hasByteFall = hasByteFall || bytes < highestBytes
            highestBytes = max(highestBytes, bytes)
        }
    }

    // MARK: - Comparing

    /// Compares the shapes of two sessions' progress.
    static func compare(
        _ recorded: SessionTrace,
        _ observed: SessionTrace,
        conditions: JudgeConditions,
        in tally: inout Tally
    ) {
        let (before, now) = (ProgressShape(of: recorded), ProgressShape(of: observed))
        let firsts = Moments(recorded: before.firstAt, observed: now.firstAt)
        tally.compare("progress", .presence, before.presence, now.presence, at: firsts)
        guard before.count > 0, now.count > 0 else { return }
        // The number of messages is the device's choice; speed and time left are its estimates.
        tally.ignore()
        let lasts = Moments(recorded: before.lastAt, observed: now.lastAt)
        tally.compare("progress.order", .monotone, before.order, now.order, at: lasts)
        let isWhole = recorded.session.outcome == .ok && observed.session.outcome == .ok
        tally.compare(
            "progress.last",
            .monotone,
            before.lastPercent,
            now.lastPercent,
            within: isWhole ? .none : conditions.progressTolerance,
            at: lasts
        )
        tally.compare("progress.total", .exact, before.total, now.total, at: lasts)
    }

    private var presence: String? { count > 0 ? "present" : nil }
    private var order: String { deepestFall > 0 || hasByteFall ? Self.falling : "rises" }
    private var total: String? { lastTotal.map { "\($0)" } }
}
