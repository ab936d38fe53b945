// Tables on terminals that are narrower than they are.

extension AlignedTable {
    /// Between two columns.
    private static let gap = 2
    /// Cells are not broken into lines shorter than this: times and ids stay whole.
    private static let leastWidth = 24

    /// The table in no more than `limit` cells a line, where that is asked for; never with less in it.
    ///
    /// First columns leave whose turn it is, and a last line names them; then long cells are broken into lines; what is
    /// still too wide becomes a block of lines a row.
    func text(within limit: Int?) -> String {
        guard let limit, width > limit else { return text }
        let (table, left) = leaving(within: limit)
        let names = left.map(\.title).joined(separator: ", ")
        let note = left.isEmpty ? "" : "(too narrow for \(names): --format csv has all)"
        guard let widths = table.broken(within: limit) else { return records(within: limit) }
        return AlignedTable(columns: table.columns, rows: table.rows.flatMap { Self.lines(of: $0, widths) })
            .text
            + DisplayWidth.lines(of: note, width: limit).filter { !$0.isEmpty }.map { $0 + "\n" }.joined()
    }

    private var widths: [Int] {
        columns.indices.map { index in
            rows.reduce(DisplayWidth.of(columns[index].title)) { max($0, DisplayWidth.of($1[index])) }
        }
    }

    private var width: Int { widths.reduce(0, +) + Self.gap * max(0, columns.count - 1) }

    /// Leaves columns out, those first whose turn is first, until the rest fits or none is left to leave.
    private func leaving(within limit: Int) -> (table: AlignedTable, left: [Heading]) {
        var (table, left): (AlignedTable, [Heading]) = (self, [])
        while table.width > limit {
            let turns = table.columns.indices.compactMap { index in
                table.columns[index].leavesAt.map { (turn: $0, index: index) }
            }
            guard let index = turns.min(by: { $0.turn < $1.turn })?.index else { break }
            left.append(table.columns[index])
            table = table.leaving(index)
        }
        return (table, left)
    }

    private func leaving(_ index: Int) -> AlignedTable {
        func rest<T>(_ items: [T]) -> [T] { Array(items[..<index] + items[(index + 1)...]) }
        return AlignedTable(columns: rest(columns), rows: rows.map(rest))
    }

    /// The widths at which the table fits, the widest columns broken; `nil` where it cannot fit.
    private func broken(within limit: Int) -> [Int]? {
        var widths = widths
        var excess = width - limit
        while excess > 0 {
            guard let widest = widths.indices.max(by: { widths[$0] < widths[$1] }) else { return nil }
            let least = max(Self.leastWidth, DisplayWidth.of(columns[widest].title))
            // Down to the next widest, so that long columns share what is missing.
            let next = widths.indices.filter { $0 != widest }.map { widths[$0] }.max() ?? 0
            let step = min(excess, widths[widest] - max(least, next - 1))
            guard step > 0 else { return nil }
            widths[widest] -= step
            excess -= step
        }
        return widths
    }

    /// A row as lines of cells.
    private static func lines(of row: [String], _ widths: [Int]) -> [[String]] {
        let cells = row.indices.map { DisplayWidth.lines(of: row[$0], width: widths[$0]) }
        let count = cells.map(\.count).max() ?? 0
        return (0..<count).map { line in cells.map { line < $0.count ? $0[line] : "" } }
    }

    /// A block of lines a row: names before values.
    private func records(within limit: Int) -> String {
        let indent = (columns.map { DisplayWidth.of($0.title) }.max() ?? 0) + Self.gap
        return rows.enumerated().map { number, row in
            let lines = columns.indices.flatMap { index in
                let title = columns[index].title
                let space = max(Self.leastWidth, limit - indent)
                return DisplayWidth.lines(of: row[index], width: space).enumerated().map { line, text in
                    let head = line == 0 ? title : ""
                    let padding = String(repeating: " ", count: indent - DisplayWidth.of(head))
                    return text.isEmpty ? head : head + padding + text
                }
            }
            return "── \(number + 1)\n" + lines.map { $0 + "\n" }.joined()
        }.joined()
    }
}
