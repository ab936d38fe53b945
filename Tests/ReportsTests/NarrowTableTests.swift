// Tables on narrow terminals: no line is wider, and nothing is lost unsaid.

import Store
import Testing

@testable import Reports

struct NarrowTableTests {
    private static let long =
        "the image's digest is db14db70b72b018d3929779d0a9208df, offered was cd554a6dc904af195dd1"

    private func table(_ columns: [AlignedTable.Heading], _ rows: [[String]]) -> AlignedTable {
        AlignedTable(columns: columns, rows: rows)
    }

    private func isWithin(_ width: Int, _ text: String) -> Bool {
        text.split(separator: "\n").allSatisfy { DisplayWidth.of(String($0)) <= width }
    }

    @Test func `a table that fits, or is for no terminal, is as it was`() {
        let fits = table([.init(title: "a"), .init(title: "b", leavesAt: 1)], [["1", "2"]])
        #expect(fits.text(within: 4) == fits.text)
        let wide = table([.init(title: "a"), .init(title: "b")], [["1", Self.long]])
        #expect(wide.text(within: nil) == wide.text)
    }

    @Test func `long cells are broken at spaces, beside their row`() {
        let wide = table(
            [.init(title: "code"), .init(title: "text")],
            [["first", Self.long], ["second", "short"]]
        )
        #expect(
            wide.text(within: 50) == """
                code    text
                ──────  ─────────────────────────────────────────
                first   the image's digest is
                        db14db70b72b018d3929779d0a9208df, offered
                        was cd554a6dc904af195dd1
                second  short

                """
        )
    }

    @Test func `columns leave in their turn, and are named`() {
        let columns: [AlignedTable.Heading] = [
            .init(title: "id"), .init(title: "bytes", leavesAt: 2), .init(title: "rate", leavesAt: 1),
            .init(title: "device"),
        ]
        let rows = [["1", "128.0 KiB", "1.0 MiB/s", "meter-2"]]
        let narrow = table(columns, rows).text(within: 24)
        #expect(narrow.contains("128.0 KiB") && !narrow.contains("MiB/s"))
        #expect(narrow.hasSuffix("(too narrow for rate:\n--format csv has all)\n"))
        #expect(!table(columns, rows).text(within: 15).contains("128.0"))
    }

    @Test func `a row of too many columns is a block of lines`() {
        let columns = (1...9).map { AlignedTable.Heading(title: "column\($0)") }
        let rows = [(1...9).map { "value number \($0)" }, (1...9).map { $0 == 9 ? Self.long : "" }]
        let text = table(columns, rows).text(within: 60)
        #expect(isWithin(60, text))
        #expect(text.hasPrefix("── 1\ncolumn1  value number 1\ncolumn2  value number 2\n"))
        let said = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        #expect(said.contains(Self.long))
    }

    @Test(arguments: [24, 40, 60, 79, 80, 100, 132])
    func `no line is wider than asked for, whatever script it is in, and nothing is lost`(width: Int) {
        let columns = ["found_at", "code", "device", "text"].map { AlignedTable.Heading(title: $0) }
        let rows = [
            ["2026-11-23T00:21:55.903Z", "failure-after-100", "펌웨어펌웨어펌웨어펌웨어펌웨어펌웨어펌웨어펌웨어", Self.long],
            ["2026-11-23T00:21:55.903Z", "x", "m", String(repeating: "y", count: 300)],
        ]
        let text = table(columns, rows).text(within: width)
        #expect(isWithin(max(width, 34), text), "\(text)")
        let letters = text.filter { !$0.isWhitespace }
        #expect(letters.count { $0 == "y" } >= 300 && letters.count { $0 == "펌" } == 8)
    }

    @Test(arguments: [
        ("", 5), ("one two three", 5), ("a b", 1), ("  led", 4), ("abcdefghij", 3), ("ab 펌웨어 cd", 4),
    ])
    func `lines have the width and all characters but some spaces`(text: String, width: Int) {
        let lines = DisplayWidth.lines(of: text, width: width)
        #expect(lines.allSatisfy { DisplayWidth.of($0) <= width })
        #expect(lines.joined().filter { $0 != " " } == text.filter { $0 != " " })
        #expect(lines.count == 1 || lines.allSatisfy { !$0.isEmpty })
    }

    @Test func `rows for programs know no width`() {
        let result = QueryResult(columns: ["a", "b"], rows: [[.text(Self.long), .text(Self.long)]])
        for format in [RowsFormat.csv, .json, .jsonl] {
            #expect(RowsReport(result).text(as: format, width: 40) == RowsReport(result).text(as: format))
        }
        #expect(isWithin(60, RowsReport(result).text(as: .table, width: 60)))
    }
}
