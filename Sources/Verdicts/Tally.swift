// Collects comparisons and the differences they find. field-notes.md §4, R6 and R16.

import Traffic

/// How a value is compared; the raw values stand in the differences (field-notes.md §4, R2).
enum Rule: String {
    case identity, time, exact, monotone, url, text, presence, order
}

/// When the two compared values were recorded and observed.
struct Moments {
    var recorded: Timestamp?
    var observed: Timestamp?
}

/// The comparisons made so far.
struct Tally {
    private(set) var evaluated = 0
    private(set) var tolerated = 0
    private(set) var ignored = 0

    private let recordedOrigin: Timestamp
    private let observedOrigin: Timestamp
    private var found: [(difference: Difference, offset: Duration)] = []

    init(recordedOrigin: Timestamp, observedOrigin: Timestamp) {
        self.recordedOrigin = recordedOrigin
        self.observedOrigin = observedOrigin
    }

    /// The differences, the first divergence first; those without a time come last.
    var differencesInOrder: [Difference] {
        let sorted = found.enumerated().sorted {
            ($0.element.offset, $0.offset) < ($1.element.offset, $1.offset)
        }
        return sorted.map(\.element.difference)
    }

    // MARK: - Comparing

    /// Compares two values that must be equal; nothing on both sides is no comparison.
    mutating func compare(
        _ field: String,
        _ rule: Rule,
        _ recorded: String?,
        _ observed: String?,
        at: Moments
    ) {
        guard recorded != nil || observed != nil else { return }
        decide(recorded == observed, field, rule, recorded, observed, at: at)
    }

    /// Compares two numbers; nothing on both sides is no comparison.
    mutating func compare(
        _ field: String,
        _ rule: Rule,
        _ recorded: Double?,
        _ observed: Double?,
        within tolerance: Tolerance,
        at: Moments
    ) {
        guard let recorded, let observed else {
            compare(field, rule, recorded.map(Self.text), observed.map(Self.text), at: at)
            return
        }
        let isCovered = tolerance.covers(recorded, observed)
        if isCovered && recorded != observed { tolerated += 1 }
        decide(isCovered, field, rule, Self.text(recorded), Self.text(observed), at: at)
    }

    /// Counts a comparison that another rule has made.
    mutating func decide(
        _ isAgreement: Bool,
        _ field: String,
        _ rule: Rule,
        _ recorded: String?,
        _ observed: String?,
        at: Moments
    ) {
        evaluated += 1
        guard !isAgreement else { return }
        let difference = Difference(
            field: field,
            rule: rule.rawValue,
            recorded: recorded,
            observed: observed,
            recordedAt: at.recorded,
            observedAt: at.observed
        )
        found.append((difference, offset(of: at)))
    }

    /// Counts values that agree only by a rule's tolerance.
    mutating func tolerate() {
        evaluated += 1
        tolerated += 1
    }

    /// Counts values that a rule leaves out.
    mutating func ignore(_ count: Int = 1) { ignored += count }

    // MARK: - Details

    private func offset(of at: Moments) -> Duration {
        let offsets = [
            at.recorded?.duration(since: recordedOrigin), at.observed?.duration(since: observedOrigin),
        ]
        return offsets.compactMap(\.self).min() ?? .nanoseconds(Int64.max)
    }

    /// Whole numbers without a fraction.
    private static func text(_ number: Double) -> String {
        number == number.rounded() && abs(number) < 1e15 ? "\(Int64(number))" : "\(number)"
    }
}
