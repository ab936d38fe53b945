// What a derivation from the stored evidence changed, in words and for programs.

import Foundation
import Pipeline
import Store
import Traffic

/// The report on a derivation as text.
struct DerivationText {
    let report: DerivationReport
    let showSecrets: Bool

    init(_ report: DerivationReport, showSecrets: Bool) {
        self.report = report
        self.showSecrets = showSecrets
    }

    private var changes: ReplacementChanges { report.changes }

    /// What is not as it was: a line of counts, and an example of each kind of change.
    var summary: String {
        let read = "read \(report.evidenceRead) messages and downloads: "
        let pruned = Count.text(report.sessionsPruned, "session") + " without their messages left as they are"
        let kept = report.sessionsPruned > 0 ? "; " + pruned : ""
        guard !changes.isEmpty else { return read + "nothing changed" + kept }
        let counts =
            "messages \(changes.changedMessages) read differently" + list(changes.messageFields)
            + "; sessions \(changes.newSessions) new, \(changes.changedSessions) changed"
            + list(changes.fields)
            + ", \(changes.goneSessions) gone; findings \(changes.newFindings) new, \(changes.goneFindings) gone"
            + kept
        return ([read + counts] + examples).joined(separator: "\n")
    }

    private func list(_ fields: [String: Int]) -> String {
        guard !fields.isEmpty else { return "" }
        let sorted = fields.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        return " (" + sorted.map { "\($0.key) \($0.value)" }.joined(separator: ", ") + ")"
    }

    /// The first messages and sessions that changed, a line each.
    private var examples: [String] {
        let messages = changes.messageDetails.prefix(Self.exampleLimit).map {
            "message \($0.id): " + told($0.fields)
        }
        let sessions = changes.details.prefix(Self.exampleLimit).map { change in
            "session \(change.id) (device \(shown(change.deviceID)), \(shown(change.command))): "
                + (change.kind == .changed ? told(change.fields) : change.kind.rawValue)
        }
        return (messages + sessions).map { "  " + TerminalText.escaped($0) }
    }

    private func told(_ fields: [ReplacementChanges.FieldChange]) -> String {
        let parts = fields.prefix(Self.exampleLimit).map { field in
            "\(field.name) \(text(field.before) ?? "–") → \(text(field.after) ?? "–")"
        }
        let more = fields.count > Self.exampleLimit ? ", …" : ""
        return parts.joined(separator: ", ") + more
    }

    /// Examples of a kind, and columns told of each.
    private static let exampleLimit = 3

    /// What the analyzer's bounds kept from being looked at; `nil` when nothing.
    var losses: String? {
        let counts = [
            (report.devicesLetGo, "devices let go early to stay within bounds"),
            (report.downloadsLetGo, "downloads let go early to stay within bounds"),
            (report.unreachedLetGo, "failed look-ups and connections let go early to stay within bounds"),
            (report.findingsNotKept, "findings about messages without a session not kept"),
        ]
        let parts = counts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
        return parts.isEmpty ? nil : parts.joined(separator: ", ")
    }

    /// Everything, the changed sessions one by one, as one line of JSON.
    var json: String {
        let document = Document(
            evidence_read: report.evidenceRead,
            devices_let_go: report.devicesLetGo,
            downloads_let_go: report.downloadsLetGo,
            unreached_let_go: report.unreachedLetGo,
            findings_not_kept: report.findingsNotKept,
            sessions_pruned: report.sessionsPruned,
            sessions_new: changes.newSessions,
            sessions_changed: changes.changedSessions,
            sessions_gone: changes.goneSessions,
            findings_new: changes.newFindings,
            findings_gone: changes.goneFindings,
            fields: changes.fields,
            sessions: changes.details.map(entry),
            messages_changed: changes.changedMessages,
            message_fields: changes.messageFields,
            messages: changes.messageDetails.map { Document.Reading(id: $0.id, fields: fields($0.fields)) }
        )
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let bytes = (try? encoder.encode(document)) ?? Data("{}".utf8)
        return String(decoding: bytes, as: UTF8.self)
    }

    private func entry(_ change: ReplacementChanges.SessionChange) -> Document.Entry {
        Document.Entry(
            id: change.id,
            device_id: shown(change.deviceID),
            command: shown(change.command),
            change: change.kind.rawValue,
            fields: fields(change.fields)
        )
    }

    private func fields(_ changes: [ReplacementChanges.FieldChange]) -> [Document.Field] {
        changes.map { Document.Field(name: $0.name, before: text($0.before), after: text($0.after)) }
    }

    private func shown(_ text: String) -> String { showSecrets ? text : Secrets.masked(text) }

    private func text(_ value: SQLValue) -> String? {
        switch value {
        case .null: nil
        case .integer(let number): String(number)
        case .real(let number): String(number)
        case .text(let text): shown(text)
        case .blob(let bytes): "\(bytes.count) bytes"
        }
    }

    private struct Document: Encodable {
        struct Field: Encodable {
            let name: String
            let before: String?
            let after: String?
        }

        struct Entry: Encodable {
            let id: Int64
            let device_id: String
            let command: String
            let change: String
            let fields: [Field]
        }

        struct Reading: Encodable {
            let id: Int64
            let fields: [Field]
        }

        let evidence_read: Int64
        let devices_let_go: Int64
        let downloads_let_go: Int64
        let unreached_let_go: Int64
        let findings_not_kept: Int64
        let sessions_pruned: Int64
        let sessions_new: Int
        let sessions_changed: Int
        let sessions_gone: Int
        let findings_new: Int
        let findings_gone: Int
        let fields: [String: Int]
        let sessions: [Entry]
        let messages_changed: Int
        let message_fields: [String: Int]
        let messages: [Reading]
    }
}
