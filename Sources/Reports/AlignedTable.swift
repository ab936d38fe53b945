// Tables in a fixed-width font, aligned by what a terminal shows rather than by characters.

import TextTable

/// A table of text cells; cells must be free of control characters.
struct AlignedTable {
    /// A column's title and side.
    struct Heading {
        var title: String
        var isRightAligned = false
        /// Its turn to be left out where a terminal is too narrow; `nil` stays.
        var leavesAt: Int?
    }

    let columns: [Heading]
    let rows: [[String]]

    /// Title line, rule and rows, each ending with a line break; no trailing spaces.
    var text: String {
        let widths = columns.indices.map { index in
            rows.reduce(DisplayWidth.of(columns[index].title)) { max($0, DisplayWidth.of($1[index])) }
        }
        let headers = laidOut(row: columns.map(\.title), widths)
        let table = TextTable<[String]> { laidOut(row: $0, widths) }
        var text = ""
        // TextTable draws nothing for no rows; the titles are an answer, too.
        if rows.isEmpty { TerminalStyle.header(&text, index: -1, columns: headers) }
        text += table.string(for: rows, style: TerminalStyle.self) ?? ""
        return text.split(separator: "\n").map { $0.trimmingTrailingSpaces + "\n" }.joined()
    }

    /// Cells padded by display width: TextTable pads by character count, which breaks on wide characters.
    private func laidOut(row: [String], _ widths: [Int]) -> [Column] {
        columns.indices.map { index in
            let column = columns[index]
            return Column(
                title: padded(column.title, to: widths[index], column),
                value: padded(row[index], to: widths[index], column),
                width: widths[index]
            )
        }
    }

    private func padded(_ text: String, to width: Int, _ column: Heading) -> String {
        let padding = String(repeating: " ", count: max(0, width - DisplayWidth.of(text)))
        return column.isRightAligned ? padding + text : text + padding
    }
}

/// Two spaces between columns, one rule under the titles; cells come padded.
private enum TerminalStyle: TextTableStyle {
    static func prepare(_ text: String, for column: Column) -> String { text }
    static func escape(_ text: String) -> String { text }
    static func begin(_ table: inout String, index: Int, columns: [Column]) {}
    static func end(_ table: inout String, index: Int, columns: [Column]) {}

    static func header(_ table: inout String, index: Int, columns: [Column]) {
        table += columns.map { $0.headerString(for: self) }.joined(separator: "  ") + "\n"
        table += columns.map { $0.repeated("─") }.joined(separator: "  ") + "\n"
    }

    static func row(_ table: inout String, index: Int, columns: [Column]) {
        table += columns.map { $0.string(for: self) }.joined(separator: "  ") + "\n"
    }
}

private extension Substring {
    var trimmingTrailingSpaces: Substring {
        self[..<(lastIndex { $0 != " " }.map(index(after:)) ?? startIndex)]
    }
}
