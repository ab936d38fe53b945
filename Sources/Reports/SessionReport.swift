// One session on one page: facts, claims beside measurements, why it failed, findings, and the timeline.

import Sessions
public import Store
import Traffic

/// Everything that is known of one session.
public struct SessionReport: Sendable {
    let stored: StoredSession
    let timeline: [TimelineEntry]
    let family: SessionFamily
    let showSecrets: Bool

    /// Takes a session and its timeline in order.
    public init(
        _ stored: StoredSession,
        timeline: [TimelineEntry],
        family: SessionFamily = SessionFamily(),
        showSecrets: Bool = false
    ) {
        self.stored = stored
        self.family = family
        self.timeline = timeline
        self.showSecrets = showSecrets
    }

    /// The page as text that ends with a line break; colour codes only with `isColoured`.
    ///
    /// Its tables take no more than `width` cells a line, where that is given; nothing is left out for it.
    public func text(isColoured: Bool = false, width: Int? = nil) -> String {
        let paint = Paint(isOn: isColoured)
        let parts = [
            headline(paint), facts(paint), comparison(width), derived(paint), findings(paint), lines(width),
        ]
        return parts.filter { !$0.isEmpty }.joined(separator: "\n")
    }

    private var session: Session { stored.session }

    func shown(_ text: String) -> String { CapturedText.shown(text, showSecrets: showSecrets) }

    // MARK: - Parts, each a block of lines

    private func headline(_ paint: Paint) -> String {
        let outcome = outcomeText(paint)
        let device = shown(session.key.deviceID)
        let target = session.toVersion.map { " to version \(shown($0))" } ?? ""
        var text = paint.strong("Session \(stored.id)") + ": device \(device)\(target): \(outcome)\n"
        if let evidence = session.failureEvidence {
            let source = session.failureSource.map { " (\($0.rawValue))" } ?? ""
            text += "  \(shown(evidence))\(source)\n"
        }
        return text
    }

    private func outcomeText(_ paint: Paint) -> String {
        let outcome = session.outcome.rawValue
        return switch session.outcome {
        case .ok: paint.good(outcome) + (stored.doubtText.map { paint.doubtful(", \($0)") } ?? "")
        case .failed: paint.bad(outcome + (stored.failureClassText.map { ", \($0)" } ?? ""))
        case .open, .cancelled, .superseded, .unknown: paint.doubtful(outcome)
        }
    }

    private func facts(_ paint: Paint) -> String {
        let key = session.key
        let seen = [session.isHeadSeen ? nil : "beginning", session.isTailSeen ? nil : "end"].compactMap(
            \.self
        )
        let facts: [(String, String?)] =
            [
                ("dialect", key.dialect),
                ("product", key.productID.isEmpty ? nil : key.productID),
                ("gateway", session.gatewayID),
            ] + family.facts(gateway: session.gatewayID) + [
                (
                    "command",
                    session.commandID.map { $0 + (key.attempt > 1 ? ", attempt \(key.attempt)" : "") }
                ),
                ("firmware", session.firmwareID),
                ("from version", session.fromVersion),
                ("url", session.url),
                ("image", session.carrier == .mqtt ? "over MQTT, in \(session.chunkCount) pieces" : nil),
                ("digest", stored.digestText),
                ("state", session.state.rawValue),
                ("started", session.firstSeenAt.text(decimals: 3)),
                ("lasted", Figures.duration(session.lastSeenAt.duration(since: session.firstSeenAt))),
                ("not recorded", seen.isEmpty ? nil : seen.joined(separator: " and ")),
                (
                    "pruned",
                    stored.prunedBefore.map { "its messages of before \($0.text(decimals: 0)) are gone" }
                ),
                ("attached", session.isAmbiguous ? "by a guess among several sessions" : nil),
            ]
        return facts.compactMap { name, value in
            value.map { paint.faint(name.padded(to: 14)) + shown($0) + "\n" }
        }.joined()
    }

    private func comparison(_ width: Int?) -> String {
        let rows = SessionComparison(session).rows.map { $0.map(shown) }
        let columns: [AlignedTable.Heading] = [
            .init(title: ""), .init(title: "offered", isRightAligned: true),
            .init(title: "claimed", isRightAligned: true), .init(title: "measured", isRightAligned: true),
        ]
        return rows.isEmpty ? "" : AlignedTable(columns: columns, rows: rows).text(within: width)
    }

    private func findings(_ paint: Paint) -> String {
        session.anomalies.map { anomaly in
            let code = anomaly.code.rawValue
            let painted = anomaly.severity == .error ? paint.bad(code) : paint.doubtful(code)
            let ids = Self.evidence(of: anomaly)
            return "\(anomaly.severity.rawValue) \(painted): \(shown(anomaly.text))\(paint.faint(ids))\n"
        }.joined()
    }

    private func derived(_ paint: Paint) -> String {
        DerivedFacts(session).lines.map { name, value in
            paint.faint(name.padded(to: 14)) + value + "\n"
        }.joined()
    }

    /// The store's ids of what shows a finding.
    private static func evidence(of anomaly: Anomaly) -> String {
        let kinds = [("message", anomaly.messageIDs), ("transfer", anomaly.transferIDs)]
        let parts = kinds.filter { !$0.1.isEmpty }.map { name, ids in
            let more = ids.count > 4 ? " +\(ids.count - 4)" : ""
            return "\(name) " + ids.prefix(4).map(String.init).joined(separator: " ") + more
        }
        return parts.isEmpty ? "" : " [\(parts.joined(separator: ", "))]"
    }

    private func lines(_ width: Int?) -> String {
        let columns: [AlignedTable.Heading] = [
            .init(title: "at", isRightAligned: true), .init(title: "lane"), .init(title: "what"),
            .init(title: "seen by"), .init(title: ""),
        ]
        let rows = timeline.map { entry in
            let offset = entry.at.duration(since: session.firstSeenAt)
            let text = entry.text + (entry.isTransportDuplicate ? " (redelivered)" : "")
            return [
                "+" + Figures.duration(offset), entry.lane.rawValue, shown(entry.what), entry.sourceText,
                shown(text),
            ]
        }
        return rows.isEmpty ? "" : AlignedTable(columns: columns, rows: rows).text(within: width)
    }
}

private extension String {
    func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - count))
    }
}
