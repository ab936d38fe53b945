// The table of packs in README.

import Dialects
import Pipeline
import Traffic

/// Which messages and fields each dialect knows, and what nobody can see of it, as Markdown.
enum PackTable {
    /// The table, one row a dialect, ending with a line break.
    static func markdown(_ catalog: DialectCatalog) -> String {
        let rows = catalog.entries.map { entry in
            let dialect = entry.dialect
            let variants =
                dialect.variants.isEmpty
                ? "" : "; variants " + dialect.variants.map(code).joined(separator: ", ")
            return [
                "\(code(dialect.name))<br>\(dialect.title)\(variants)",
                dialect.messages.map { message in
                    "\(code(message.name)) " + message.events.map(\.rawValue).joined(separator: "/")
                }.joined(separator: ", "),
                fields(of: dialect).joined(separator: ", "),
                unseen(of: dialect),
            ]
        }
        let heading = [
            "dialect", "messages and their events", "fields", "what a passive recorder never sees",
        ]
        return ([heading, heading.map { _ in "---" }] + rows).map { cells in
            "| " + cells.map(cell).joined(separator: " | ") + " |\n"
        }.joined()
    }

    /// The fields that any message states, each once, in the order of the definition.
    private static func fields(of dialect: Dialect) -> [String] {
        var names: [String] = []
        for name in dialect.messages.flatMap(\.fields).compactMap(\.name) where !names.contains(name) {
            names.append(name)
        }
        return names
    }

    private static func unseen(of dialect: Dialect) -> String {
        dialect.invisible.map { unseen in
            (unseen.event.map { "\($0.rawValue): " } ?? "") + unseen.what
        }.joined(separator: "<br>")
    }

    private static func code(_ text: String) -> String { "`\(text)`" }

    private static func cell(_ text: String) -> String {
        TerminalText.escaped(text).replacing("|", with: "\\|")
    }
}
