// A verdict in words and in JSON.

import Foundation
import Store
import Testing
import Traffic
import Verdicts

@testable import Reports

struct VerdictReportTests {
    private func report(_ kind: Verdict.Kind, differences: Int = 1, showSecrets: Bool = false)
        -> VerdictReport
    {
        let verdict = Verdict(
            kind: kind,
            reason: "recorded ok, now http-error",
            differences: (0..<differences).map { index in
                Difference(
                    field: "field.\(index)",
                    rule: "exact",
                    recorded: index == 0 ? "http://h/f?token=s3cret" : nil,
                    observed: "new\u{1B}[2J",
                    recordedAt: Timestamp(seconds: 1_700_000_000),
                    isExplained: index == 1
                )
            },
            evaluated: 9,
            tolerated: 2,
            ignored: 1
        )
        let lateness = Lateness(median: .microseconds(20), p99: .milliseconds(1), maximum: .milliseconds(3))
        return VerdictReport(verdict, sessionID: 12, lateness: lateness, showSecrets: showSecrets)
    }

    @Test func `the text tells verdict, counts, lateness and the first divergence first`() {
        let expected = #"""
            REGRESSED session 12: recorded ok, now http-error
              compared 9, within tolerance 2, ignored by rule 1
              lateness p50 20 µs, p99 1 ms, max 3 ms
              first divergence: field.0 recorded “http://h/f?token=***”, observed “new\u{1b}[2J”
                rule exact, at 2023-11-14T22:13:20.000Z and –
              then: field.1 recorded nothing, observed “new\u{1b}[2J” (explained)
                rule exact, at 2023-11-14T22:13:20.000Z and –

            """#
        #expect(report(.regressed, differences: 2).text() == expected)
    }

    @Test func `a long list of differences is cut in text and whole in JSON`() throws {
        let report = report(.changed, differences: 30)
        let text = report.text(limit: 3)
        #expect(text.split(separator: "rule exact").count == 4)
        #expect(text.hasSuffix("  and 27 more\n"))
        let object = try JSONSerialization.jsonObject(with: Data(report.json.utf8)) as? [String: Any]
        #expect((object?["differences"] as? [[String: Any]])?.count == 30)
    }

    @Test func `the JSON holds the counts and lateness, credentials masked`() throws {
        let json = report(.stable).json
        let object = try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
        #expect(object["verdict"] as? String == "STABLE")
        #expect(object["evaluated"] as? Int == 9)
        #expect(object["tolerated"] as? Int == 2)
        #expect(object["ignored"] as? Int == 1)
        #expect(object["lateness_max_ms"] as? Double == 3)
        #expect(!json.contains("s3cret"))
        #expect(report(.stable, showSecrets: true).json.contains("s3cret"))
    }

    @Test(arguments: [
        (Verdict.Kind.stable, "32"), (.fixed, "32"), (.reproduced, "32"), (.regressed, "31"),
        (.changed, "31"),
        (.error, "31"), (.inconclusive, "33"),
    ])
    func `good, bad and doubtful verdicts have colours of their own`(kind: Verdict.Kind, code: String) {
        #expect(report(kind).text(isColoured: true).hasPrefix("\u{1B}[\(code)m\(kind.rawValue)\u{1B}[0m"))
    }
}
