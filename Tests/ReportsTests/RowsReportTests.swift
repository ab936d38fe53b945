// Rows in four formats: aligned, masked, escaped.

import Foundation
import Store
import Testing

@testable import Reports

struct RowsReportTests {
    private func report(_ columns: [String], _ rows: [[SQLValue]], showSecrets: Bool = false) -> RowsReport {
        RowsReport(QueryResult(columns: columns, rows: rows), showSecrets: showSecrets)
    }

    @Test func `a table aligns numbers right and text left`() {
        let table = report(
            ["name", "bytes"],
            [[.text("a"), .integer(7)], [.text("long name"), .integer(1_000)], [.null, .null]]
        )
        #expect(
            table.text(as: .table) == """
                name       bytes
                ─────────  ─────
                a              7
                long name   1000


                """
        )
    }

    @Test func `a column that holds one word is not a column of numbers`() {
        let lines = report(["v"], [[.integer(7)], [.text("seven")]]).text(as: .table).split(separator: "\n")
        #expect(lines.last == "seven")
        #expect(lines[2] == "7")
    }

    @Test(arguments: ["펌웨어", "固件升级", "ファーム", "é", "e\u{301}", "🚀", "👩‍🚒", "ｆｕｌｌ", "naïve"])
    func `columns stay aligned whatever script a name is written in`(name: String) throws {
        let rows: [[SQLValue]] = [[.text(name), .text("|")], [.text("plain ascii"), .text("|")]]
        let lines = report(["device", "end"], rows).text(as: .table).split(separator: "\n")
        let columns = lines.dropFirst(2).map { line in
            DisplayWidth.of(String(line.prefix { $0 != "|" }))
        }
        #expect(columns == ["plain ascii".count + 2, "plain ascii".count + 2])
    }

    @Test(arguments: [
        ("abc", 3), ("한글", 4), ("中文", 4), ("かな", 4), ("e\u{301}", 1), ("🚀", 2), ("👩‍🚒", 2), ("❤️", 2), ("ｆ", 2),
        ("…", 1), ("é", 1), ("\u{200B}", 0), ("", 0),
    ])
    func `wide characters take two cells and combining marks none`(text: String, cells: Int) {
        #expect(DisplayWidth.of(text) == cells)
    }

    @Test func `an empty table still shows its titles`() {
        #expect(report(["id", "device"], []).text(as: .table) == "id  device\n──  ──────\n")
    }

    @Test func `a captured name can neither move the cursor nor forge a line of a table`() {
        let table = report(["device"], [[.text("a\u{1B}[2J\nb\u{202E}c\u{9B}1m")]]).text(as: .table)
        #expect(table.split(separator: "\n").count == 3)
        #expect(table.contains(#"a\u{1b}[2J\u{a}b\u{202e}c\u{9b}1m"#))
    }

    @Test(arguments: RowsFormat.allCases)
    func `credentials are masked in every format unless they are asked for`(format: RowsFormat) {
        let rows: [[SQLValue]] = [
            [.text("http://h/f?Signature=s3cret&x=1"), .blob(Array("mqtt://u:s3cret@host".utf8))]
        ]
        let masked = report(["url", "payload"], rows).text(as: format)
        #expect(!masked.contains("s3cret"))
        #expect(masked.contains("x=1"))
        let open = report(["url", "payload"], rows, showSecrets: true).text(as: format)
        #expect(open.split(separator: "s3cret").count == 3)
    }

    @Test func `JSON is an array of objects whose members keep the order of the columns`() throws {
        let rows: [[SQLValue]] = [
            [.integer(.max), .real(0.5), .text("q\"\\\n\u{7F}\u{2028}é"), .null, .real(.infinity)]
        ]
        let text = report(["z", "a", "m", "n", "i"], rows).text(as: .json)
        #expect(
            text
                == #"[{"z":9223372036854775807,"a":0.5,"m":"q\"\\\n\u007f\u2028é","n":null,"i":null}]"# + "\n"
        )
        let parsed = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [[String: Any]]
        #expect(parsed?.first?["m"] as? String == "q\"\\\n\u{7F}\u{2028}é")
    }

    @Test func `JSON lines are one object a line, and none for no rows`() {
        let rows: [[SQLValue]] = [[.text("a\nb")], [.integer(2)]]
        #expect(report(["v"], rows).text(as: .jsonl) == "{\"v\":\"a\\nb\"}\n{\"v\":2}\n")
        #expect(report(["v"], []).text(as: .jsonl) == "")
        #expect(report(["v"], []).text(as: .json) == "[]\n")
    }

    @Test func `a column name that repeats is told apart in JSON`() {
        let text = report(["id", "id"], [[.integer(1), .integer(2)]]).text(as: .jsonl)
        #expect(text == "{\"id\":1,\"id_2\":2}\n")
    }

    @Test func `CSV quotes what needs it and escapes control characters`() {
        let rows: [[SQLValue]] = [
            [.text("a,b"), .text("say \"hi\""), .text("two\nlines"), .null],
            [.real(0.1), .integer(-1), .text("=1+1"), .text("é")],
        ]
        #expect(
            report(["a", "b", "c", "d"], rows).text(as: .csv)
                == "a,b,c,d\r\n\"a,b\",\"say \"\"hi\"\"\",two\\u{a}lines,\r\n0.1,-1,=1+1,é\r\n"
        )
    }

    @Test func `bytes that are not text are shown as hex`() {
        #expect(report(["b"], [[.blob([0xFF, 0x00])]]).text(as: .csv) == "b\r\n0xff00\r\n")
    }

    @Test func `a cut answer says so in a table`() {
        let result = QueryResult(columns: ["n"], rows: [[.integer(1)]], isCut: true)
        #expect(RowsReport(result).text(as: .table).contains("more rows than 1"))
    }
}
