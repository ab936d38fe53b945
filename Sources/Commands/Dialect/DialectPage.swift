// A dialect in words: the page of `dialect show`.

import Dialects
import Pipeline
import Reports
import Store
import Traffic

/// Describes one dialect.
enum DialectPage {
    /// The page, ending with a line break.
    static func text(_ entry: DialectCatalog.Entry) -> String {
        let dialect = entry.dialect
        var lines = ["\(dialect.name), version \(dialect.definitionVersion): \(dialect.title)"]
        lines.append("from        \(entry.source)")
        if !dialect.aliases.isEmpty { lines.append("also        " + dialect.aliases.joined(separator: ", ")) }
        if !dialect.variants.isEmpty {
            let reading = dialect.variant.map { "; read as \($0)" } ?? ""
            lines.append("variants    " + dialect.variants.joined(separator: ", ") + reading)
        }
        lines.append("subscribes  " + dialect.subscriptions.joined(separator: "  "))
        lines.append("timers      " + timers(of: dialect))
        lines.append("publishes   " + qos(of: dialect))
        for message in dialect.messages { lines += [""] + description(of: message) }
        lines += unseen(of: dialect)
        return lines.map { TerminalText.escaped($0) + "\n" }.joined()
    }

    private static func timers(of dialect: Dialect) -> String {
        let timers = dialect.timers
        return [
            ("ack", timers.ack), ("stall", timers.stall), ("session", timers.session),
            ("confirm", timers.confirm), ("close", timers.close),
        ].map { "\($0) \(TimeSpan($1).defaultValueDescription)" }.joined(separator: ", ")
    }

    private static func qos(of dialect: Dialect) -> String {
        let known = Dialect.Direction.allCases.compactMap { direction in
            dialect.declaredQoS(direction).map { "QoS \($0.rawValue) \(direction.rawValue)" }
        }
        return known.isEmpty ? "at no declared QoS" : known.joined(separator: ", ")
    }

    private static func description(of message: MessageOutline) -> [String] {
        let events = message.events.map(\.rawValue).joined(separator: " or ")
        var lines = ["\(message.name) (\(message.direction.rawValue)): \(events)"]
        lines += message.topics.map { "  \($0)" }
        let width = message.fields.map { ($0.name ?? "").count }.max() ?? 0
        for field in message.fields {
            guard let name = field.name else { continue }
            var line = "    " + name.padded(to: width) + "  " + field.paths.joined(separator: " or ")
            if let unit = field.unit { line += " in \(unit)" }
            if field.isRequired { line += ", required" }
            lines.append(line)
        }
        for sample in message.samples {
            lines.append("  e.g. \(sample.topic) \(String(decoding: sample.payload, as: UTF8.self))")
        }
        return lines
    }

    private static func unseen(of dialect: Dialect) -> [String] {
        if dialect.invisible.isEmpty { return [] }
        return ["", "What a passive recorder never sees"]
            + dialect.invisible.map { unseen in
                let event = unseen.event.map { "\($0.rawValue): " } ?? ""
                let instead = unseen.instead.map { " Instead: \($0)" } ?? ""
                return "  " + event + unseen.what + instead
            }
    }
}

private extension String {
    func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - count))
    }
}
