// A replay's verdict for people and for programs. field-notes.md §4, R6, R12 and R16.

public import Store
import Traffic
public import Verdicts

/// The judgement on one replay, and how it came about.
public struct VerdictReport: Sendable {
    private let verdict: Verdict
    private let sessionID: Int64
    private let lateness: Lateness
    private let showSecrets: Bool

    /// Takes the verdict on a replay of session `sessionID`.
    public init(_ verdict: Verdict, sessionID: Int64, lateness: Lateness, showSecrets: Bool = false) {
        self.verdict = verdict
        self.sessionID = sessionID
        self.lateness = lateness
        self.showSecrets = showSecrets
    }

    /// The verdict as text that ends with a line break; differences in order, at most `limit` of them.
    public func text(isColoured: Bool = false, limit: Int = 20) -> String {
        let paint = Paint(isOn: isColoured)
        var text = "\(kindText(paint)) session \(sessionID): \(shown(verdict.reason))\n"
        text +=
            "  compared \(verdict.evaluated), within tolerance \(verdict.tolerated), "
            + "ignored by rule \(verdict.ignored)\n"
        text +=
            "  lateness p50 \(Figures.duration(lateness.median)), p99 \(Figures.duration(lateness.p99)), "
            + "max \(Figures.duration(lateness.maximum))\n"
        for (index, difference) in verdict.differences.prefix(limit).enumerated() {
            text += line(difference, isFirst: index == 0, paint)
        }
        let hidden = verdict.differences.count - limit
        return text + (hidden > 0 ? "  and \(hidden) more\n" : "")
    }

    /// The verdict as one JSON object on one line, with all differences.
    public var json: String {
        let object = JSONValue.object([
            ("session_id", .integer(sessionID)),
            ("verdict", .string(verdict.kind.rawValue)),
            ("reason", .string(masked(verdict.reason))),
            ("evaluated", .integer(Int64(verdict.evaluated))),
            ("tolerated", .integer(Int64(verdict.tolerated))),
            ("ignored", .integer(Int64(verdict.ignored))),
            ("lateness_p50_ms", .number(lateness.median.milliseconds)),
            ("lateness_p99_ms", .number(lateness.p99.milliseconds)),
            ("lateness_max_ms", .number(lateness.maximum.milliseconds)),
            ("differences", .array(verdict.differences.map(member))),
        ])
        return object.text + "\n"
    }

    private func kindText(_ paint: Paint) -> String {
        let kind = verdict.kind.rawValue
        return switch verdict.kind {
        case .stable, .fixed, .reproduced: paint.good(kind)
        case .regressed, .changed, .error: paint.bad(kind)
        case .inconclusive: paint.doubtful(kind)
        }
    }

    private func line(_ difference: Difference, isFirst: Bool, _ paint: Paint) -> String {
        let mark = isFirst ? "first divergence" : "then"
        let explained = difference.isExplained ? paint.faint(" (explained)") : ""
        let times = [difference.recordedAt, difference.observedAt].map { $0?.text(decimals: 3) ?? "–" }
        return "  \(mark): \(paint.strong(shown(difference.field))) recorded \(quoted(difference.recorded)),"
            + " observed \(quoted(difference.observed))\(explained)\n"
            + "    rule \(shown(difference.rule)), at \(times[0]) and \(times[1])\n"
    }

    private func member(_ difference: Difference) -> JSONValue {
        .object([
            ("field", .string(masked(difference.field))),
            ("rule", .string(difference.rule)),
            ("recorded", .optional(difference.recorded.map(masked))),
            ("observed", .optional(difference.observed.map(masked))),
            ("recorded_at", .optional(difference.recordedAt)),
            ("observed_at", .optional(difference.observedAt)),
            ("is_explained", .boolean(difference.isExplained)),
        ])
    }

    private func quoted(_ text: String?) -> String { text.map { "“\(shown($0))”" } ?? "nothing" }

    private func masked(_ text: String) -> String { showSecrets ? text : Secrets.masked(text) }

    private func shown(_ text: String) -> String { CapturedText.shown(text, showSecrets: showSecrets) }
}
