// The samples of definitions: what is said of those that do not read as they say.

import Testing

@testable import Dialects

struct SampleTests {
    @Test func `reads and writes the samples of every definition that comes with the program`() throws {
        for dialect in try DialectSet.builtIn().all {
            let failures = SampleCheck.failures(of: dialect).map(\.description)
            #expect(failures.isEmpty, "\(dialect.name): \(failures.joined(separator: "\n"))")
        }
    }

    @Test func `keeps the example of the language's page true`() throws {
        let page = BuiltInDefinitions.language
        let parts = page.split(separator: "```")
        let yaml = try #require(parts.first { $0.hasPrefix("yaml\n") }).dropFirst(5)
        let dialect = try Dialect.load(yaml: String(yaml), origin: "language.md")
        #expect(dialect.samples.count == 3)
        #expect(SampleCheck.failures(of: dialect) == [])
        for field in EventField.allCases { #expect(page.contains(field.rawValue), "\(field)") }
        for unit in FieldUnit.allCases { #expect(page.contains(unit.rawValue), "\(unit)") }
        for kind in UpgradeEvent.Kind.allCases where kind != .unknown {
            #expect(page.contains(kind.rawValue), "\(kind)")
        }
    }

    @Test func `reads comments and trailing commas in samples only`() throws {
        let dialect = try Self.dialect(
            #"{topic: a/1, payload: '{"id": "http://x", /* why */ "p": 5,} // end', gives: {event: progress, percent: 5, command_id: "http://x"}}"#
        )
        #expect(SampleCheck.failures(of: dialect) == [])
        #expect(dialect.reason("a/1", #"{"p": 5,}"#) != nil)
    }

    @Test(
        arguments: [
            (
                "{topic: a/1, payload: '{\"p\": 5}', gives: {event: progress, percent: 6}}", "percent: 6",
                "percent: 5.0"
            ),
            ("{topic: a/1, payload: '{\"p\": 5}', gives: {event: result}}", "result of m", "progress of m"),
            ("{topic: a/1, payload: '[', gives: {event: progress}}", "progress of m", "unknown of m"),
            ("{topic: b/1, payload: '{}', gives: {event: progress}}", "1 events", "nothing"),
            ("{topic: a/1, payload: '{}', gives: {event: none}}", "nothing", "1: progress of m"),
            ("{topic: a/1, payload: '{\"t\": -1}', gives: {event: progress}}", "what is written", "a/1 "),
        ]
    )
    func `says where, what was expected and what was read`(sample: String, expected: String, actual: String)
        throws
    {
        let failures = SampleCheck.failures(of: try Self.dialect(sample))
        #expect(failures.count == 1)
        #expect(failures.first?.line == 9)
        #expect(failures.first?.expected.hasPrefix(expected) == true, "\(failures)")
        #expect(failures.first?.actual.hasPrefix(actual) == true, "\(failures)")
    }

    @Test func `lets a sample go one way`() throws {
        let dialect = try Self.dialect(
            "{topic: a/1, payload: '{\"t\": -1}', one_way: true, gives: {event: progress, remaining: 1s}}"
        )
        #expect(SampleCheck.failures(of: dialect) == [])
    }

    private static func dialect(_ sample: String) throws -> Dialect {
        try .load(
            yaml: """
                dialect: mine
                subscriptions: [a/+]
                messages:
                - name: m
                  topic: a/{device}
                  direction: up
                  event: progress
                  samples:
                  - \(sample)
                  fields: {percent: p, command_id: id, remaining: {path: [u, t], unit: s, sign: ignore, absent_if: 1}}
                """,
            origin: "mine.yaml"
        )
    }
}
