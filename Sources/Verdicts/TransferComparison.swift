// Compares the measured downloads of two sessions: on these a verdict rests. field-notes.md §4, R2 and R3.

import Dialects
import Sessions
import Traffic

/// Compares downloads in the order of their requests.
struct TransferComparison {
    let conditions: JudgeConditions

    func compare(_ recorded: SessionTrace, _ observed: SessionTrace, in tally: inout Tally) {
        let before = recorded.artifactTransfers
        let now = observed.artifactTransfers
        guard !before.isEmpty || recorded.session.failureClass == .ackedNoRequest else {
            // The recording did not see this leg; nothing is held against it.
            return tally.ignore(now.count)
        }
        for index in 0..<min(EventComparison.limit, max(before.count, now.count)) {
            let pair = (
                index < before.count ? before[index] : nil, index < now.count ? now[index] : nil
            )
            compare(EventComparison.name("transfer", index), pair.0, pair.1, (recorded, observed), in: &tally)
        }
        compareDigests(recorded, observed, in: &tally)
    }

    private func compare(
        _ name: String,
        _ recorded: Transfer?,
        _ observed: Transfer?,
        _ traces: (recorded: SessionTrace, observed: SessionTrace),
        in tally: inout Tally
    ) {
        let (before, now) = (recorded?.exchange, observed?.exchange)
        let at = Moments(recorded: before?.requestedAt, observed: now?.requestedAt)
        tally.compare(name, .presence, before.map { _ in "present" }, now.map { _ in "present" }, at: at)
        guard let before, let now else { return }
        tally.compare("\(name).method", .exact, before.method, now.method, at: at)
        tally.compare(
            "\(name).range",
            .exact,
            before.range.map { _ in "part" },
            now.range.map { _ in "part" },
            at: at
        )
        tally.compare(
            "\(name).url",
            .url,
            Self.relation(of: before, to: traces.recorded.session.url),
            Self.relation(of: now, to: traces.observed.session.url),
            at: at
        )
        compareBodies(name, before, now, in: &tally)
    }

    private func compareBodies(
        _ name: String,
        _ recorded: Exchange,
        _ observed: Exchange,
        in tally: inout Tally
    ) {
        // What the capture missed cannot be compared.
        guard !recorded.end.isUnseen, !observed.end.isUnseen else { return tally.ignore(3) }
        let at = Moments(recorded: recorded.endedAt, observed: observed.endedAt)
        tally.compare("\(name).status", .exact, recorded.statusText, observed.statusText, at: at)
        // Error pages are the server's own; only bodies of images are compared.
        guard recorded.isSuccess, observed.isSuccess else { return tally.ignore(2) }
        tally.compare("\(name).end", .exact, recorded.endText, observed.endText, at: at)
        let isWhole = recorded.end == .complete && observed.end == .complete
        tally.compare(
            "\(name).bytes",
            .exact,
            Double(recorded.bodyBytes),
            Double(observed.bodyBytes),
            within: isWhole ? .none : conditions.byteTolerance,
            at: at
        )
    }

    /// Bodies are filler by design, so that their digests differ; how they relate to the offer does not.
    private func compareDigests(_ recorded: SessionTrace, _ observed: SessionTrace, in tally: inout Tally) {
        let (before, now) = (recorded.session.isDigestMatching, observed.session.isDigestMatching)
        guard let before, let now else { return tally.ignore(before == nil && now == nil ? 0 : 1) }
        let at = Moments(
            recorded: recorded.session.transferEndedAt,
            observed: observed.session.transferEndedAt
        )
        tally.compare("transfer.digest", .exact, Self.text(before), Self.text(now), at: at)
    }

    private static func text(_ isMatching: Bool) -> String { isMatching ? "matching" : "not matching" }

    /// Whether the device asked for the path that it was offered.
    private static func relation(of exchange: Exchange, to offered: String?) -> String? {
        guard let offered else { return nil }
        let isOffered = URLText.path(of: exchange.target) == URLText.path(of: offered)
        return isOffered ? "as offered" : "other than offered"
    }
}

extension SessionTrace {
    /// The downloads without redirects, which a replay leaves out.
    var artifactTransfers: [Transfer] {
        transfers.filter { transfer in
            transfer.exchange.status.map { ![301, 302, 303, 307, 308].contains($0) } ?? true
        }
    }
}

extension Exchange {
    var isSuccess: Bool { status == 200 || status == 206 }
    var statusText: String { status.map { "\($0)" } ?? "none" }
    /// A reset and an orderly close cut a body short alike.
    var endText: String { end == .complete ? "complete" : "cut" }
}
