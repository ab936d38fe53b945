// Rows of any query as text: the single place where RowsFormat is matched.

public import Store
import Traffic

/// Rows with named columns, ready to be written in any format.
public struct RowsReport: Sendable {
    private let result: QueryResult
    private let isMasking: Bool

    /// Takes the rows of a query; credentials are masked unless `showSecrets`.
    public init(_ result: QueryResult, showSecrets: Bool = false) {
        self.result = result
        isMasking = !showSecrets
    }

    /// The rows as text that ends with a line break, or is empty where the format has nothing to say.
    ///
    /// A table takes no more than `width` cells a line, where that is given; nothing is left out for it.
    public func text(as format: RowsFormat, width: Int? = nil) -> String {
        switch format {
        case .table: table(width)
        case .json: json
        case .jsonl: result.rows.map { object(of: $0).text + "\n" }.joined()
        case .csv: CSVText.line(result.columns) + result.rows.map { CSVText.line($0.map(csvField)) }.joined()
        }
    }

    private func table(_ width: Int?) -> String {
        let columns = result.columns.indices.map { index in
            AlignedTable.Heading(
                title: TerminalText.escaped(result.columns[index]),
                isRightAligned: result.rows.allSatisfy { $0[index].isNumberOrNull }
            )
        }
        let cells = result.rows.map { row in row.map { TerminalText.escaped(shown($0)) } }
        let note = result.isCut ? "(more rows than \(result.rows.count); the rest is not shown)\n" : ""
        return AlignedTable(columns: columns, rows: cells).text(within: width) + note
    }

    private var json: String {
        JSONValue.array(result.rows.map(object(of:))).text + "\n"
    }

    private func object(of row: [SQLValue]) -> JSONValue {
        .object(zip(uniqueColumns, row).map { ($0, jsonValue($1)) })
    }

    /// Column names, made different where a join repeats one: a JSON object has no two members of one name.
    private var uniqueColumns: [String] {
        var seen: [String: Int] = [:]
        return result.columns.map { name in
            seen[name, default: 0] += 1
            let count = seen[name] ?? 1
            return count == 1 ? name : "\(name)_\(count)"
        }
    }

    private func jsonValue(_ value: SQLValue) -> JSONValue {
        switch value {
        case .null: .null
        case .integer(let number): .integer(number)
        case .real(let number): .number(number)
        case .text, .blob: .string(shown(value))
        }
    }

    /// A field of CSV: numbers in full, text with control characters escaped.
    private func csvField(_ value: SQLValue) -> String {
        if case .real(let number) = value { return "\(number)" }
        return TerminalText.escaped(shown(value))
    }

    private func shown(_ value: SQLValue) -> String {
        let text = value.shownText
        return isMasking ? Secrets.masked(text) : text
    }
}

private extension SQLValue {
    var isNumberOrNull: Bool {
        switch self {
        case .null, .integer, .real: true
        case .text, .blob: false
        }
    }

    /// The value as people read it: at most three decimals, bytes as text where they are UTF-8 and else as hex.
    var shownText: String {
        switch self {
        case .null: ""
        case .integer(let number): String(number)
        case .real(let number): Figures.decimal(number, places: 3)
        case .text(let text): text
        case .blob(let bytes): String(validating: bytes, as: UTF8.self) ?? "0x" + HexText.lowerCase(bytes)
        }
    }
}
