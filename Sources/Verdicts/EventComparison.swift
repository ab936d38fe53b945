// Compares the messages of two sessions kind by kind, field by field. field-notes.md §4, R2.

import Dialects
import Sessions
import Traffic

/// Compares messages by the rules of their fields; progress is a stream and compared elsewhere.
struct EventComparison {
    let conditions: JudgeConditions
    private var identities = IdentityBinding()

    /// At most so many messages of a kind are compared one by one.
    static let limit = 32

    /// Questions before their answers, so that ids are bound where they first occur.
    private static let kinds: [UpgradeEvent.Kind] = [
        .poll, .offer, .noUpdate, .versionQuery, .cancel, .accept, .reject, .result, .cancelAck, .version,
        .unknown, .log,
    ]

    init(conditions: JudgeConditions) {
        self.conditions = conditions
    }

    mutating func compare(_ recorded: SessionTrace, _ observed: SessionTrace, in tally: inout Tally) {
        let (before, now) = (recorded.comparableEvents, observed.comparableEvents)
        tally.ignore(recorded.events.count - before.count + observed.events.count - now.count)
        for kind in Self.kinds {
            compare(kind, before.filter { $0.kind == kind }, now.filter { $0.kind == kind }, in: &tally)
        }
        compareTime("accept.after", recorded, observed, \.acceptedAt, in: &tally)
        compareTime("result.after", recorded, observed, \.resultAt, in: &tally)
        let progress = (before.filter { $0.kind == .progress }, now.filter { $0.kind == .progress })
        identities.compareStreams(recorded: progress.0, observed: progress.1, in: &tally)
    }

    private mutating func compare(
        _ kind: UpgradeEvent.Kind,
        _ recorded: [UpgradeEvent],
        _ observed: [UpgradeEvent],
        in tally: inout Tally
    ) {
        for index in 0..<min(Self.limit, max(recorded.count, observed.count)) {
            let name = Self.name(kind.rawValue, index)
            let before = index < recorded.count ? recorded[index] : nil
            let now = index < observed.count ? observed[index] : nil
            let at = Moments(recorded: before?.recordedAt, observed: now?.recordedAt)
            tally.compare(name, .presence, before.map { _ in "present" }, now.map { _ in "present" }, at: at)
            guard let before, let now else { continue }
            identities.compare(name, before, now, at: at, in: &tally)
            compareFields(name, before, now, at: at, in: &tally)
        }
    }

    /// The name of the message number `index` of a kind: `result`, `result[2]` and so on.
    static func name(_ kind: String, _ index: Int) -> String {
        index == 0 ? kind : "\(kind)[\(index + 1)]"
    }

    // MARK: - Fields

    private func compareFields(
        _ name: String,
        _ recorded: UpgradeEvent,
        _ observed: UpgradeEvent,
        at: Moments,
        in tally: inout Tally
    ) {
        for field in ExactField.all {
            tally.compare("\(name).\(field.name)", .exact, field.text(recorded), field.text(observed), at: at)
        }
        compareReason(name, recorded, observed, at: at, in: &tally)
        compareURL(name, recorded, observed, at: at, in: &tally)
        compareDuration(name, recorded, observed, at: at, in: &tally)
        let isWhole = recorded.isOK == true && observed.isOK == true
        tally.compare(
            "\(name).percent",
            .monotone,
            recorded.percent,
            observed.percent,
            within: isWhole ? .none : conditions.progressTolerance,
            at: at
        )
        // The clocks of two devices and their estimates of speed and time left have nothing to do with each other.
        let informational = [
            recorded.claimedAt != nil, recorded.bytesPerSecond != nil, recorded.remaining != nil,
        ]
        tally.ignore(informational.count { $0 })
    }

    /// Words differ between implementations; the failure class that they point to does not.
    private func compareReason(
        _ name: String,
        _ recorded: UpgradeEvent,
        _ observed: UpgradeEvent,
        at: Moments,
        in tally: inout Tally
    ) {
        let (before, now) = (recorded.claimedFailure?.rawValue, observed.claimedFailure?.rawValue)
        if before == now, recorded.reason != observed.reason {
            tally.tolerate()
        } else {
            tally.compare("\(name).reason", .text, before, now, at: at)
        }
    }

    /// A replay mints its own URLs, so that they are only compared on demand, and then without credentials.
    private func compareURL(
        _ name: String,
        _ recorded: UpgradeEvent,
        _ observed: UpgradeEvent,
        at: Moments,
        in tally: inout Tally
    ) {
        guard recorded.url != nil || observed.url != nil else { return }
        guard conditions.isURLStrict else { return tally.ignore() }
        tally.compare(
            "\(name).url",
            .url,
            recorded.url.map(URLParts.withoutCredentials),
            observed.url.map(URLParts.withoutCredentials),
            at: at
        )
    }

    // MARK: - Times

    private func compareDuration(
        _ name: String,
        _ recorded: UpgradeEvent,
        _ observed: UpgradeEvent,
        at: Moments,
        in tally: inout Tally
    ) {
        guard recorded.duration != nil || observed.duration != nil else { return }
        guard conditions.areTimesComparable else { return tally.ignore() }
        tally.compare(
            "\(name).duration",
            .time,
            recorded.duration?.seconds,
            observed.duration?.seconds,
            within: conditions.timeTolerance,
            at: at
        )
    }

    /// Compares how long after the offer something happened, where it happened on both sides.
    private func compareTime(
        _ name: String,
        _ recorded: SessionTrace,
        _ observed: SessionTrace,
        _ moment: (Session) -> Timestamp?,
        in tally: inout Tally
    ) {
        guard let before = moment(recorded.session), let now = moment(observed.session) else { return }
        guard conditions.areTimesComparable else { return tally.ignore() }
        tally.compare(
            name,
            .time,
            before.duration(since: recorded.origin).seconds,
            now.duration(since: observed.origin).seconds,
            within: conditions.timeTolerance,
            at: Moments(recorded: before, observed: now)
        )
    }
}

extension JudgeConditions {
    /// Whether pace was left as recorded: times of another network, speed or device say nothing.
    var areTimesComparable: Bool { substitutions.isDisjoint(with: [.network, .speed, .device]) }
}

extension SessionTrace {
    /// The messages that belong to the upgrade: version reports before the offer belong to the connection, and
    /// presence belongs to the broker.
    var comparableEvents: [UpgradeEvent] {
        events.filter { event in
            switch event.kind {
            case .presence: false
            case .version: event.recordedAt >= origin
            default: true
            }
        }
    }
}
