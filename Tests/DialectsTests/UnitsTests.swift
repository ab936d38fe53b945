// Units, defaults and coercion, field by field: what is read, and that what is written reads back.

import Testing
import Traffic

@testable import Dialects

struct UnitsTests {
    @Test(
        arguments: [
            ("{path: v, unit: KB/s}", "2", 2_000.0), ("{path: v, unit: MB/s}", "1.5", 1_500_000),
            ("{path: v, unit: Mbit/s}", "8", 1_000_000), ("{path: v, unit: kbit/s}", "8", 1_000),
        ]
    )
    func `knows the units of a rate`(rule: String, value: String, expected: Double) throws {
        let (event, isSame) = try Self.roundTrip("speed: \(rule)", value)
        #expect(event.bytesPerSecond == expected)
        #expect(isSame)
    }

    @Test(
        arguments: [
            ("percent", "57", 57.0), ("fraction", "0.57", 57), ("permille", "575", 57.5),
            ("fraction", "1", 100),
        ]
    )
    func `knows the scales of a percentage`(unit: String, value: String, expected: Double) throws {
        let (event, isSame) = try Self.roundTrip("percent: {path: v, unit: \(unit)}", value)
        #expect(event.percent == expected)
        #expect(isSame)
    }

    @Test(
        arguments: [
            ("B", "3", 3), ("KB", "1.5", 1_500), ("KiB", "2", 2_048), ("MB", "2", 2_000_000),
            ("MiB", "1", 1_048_576),
        ] as [(String, String, Int64)]
    )
    func `knows the units of a size`(unit: String, value: String, expected: Int64) throws {
        let (event, isSame) = try Self.roundTrip("size: {path: v, unit: \(unit)}", value)
        #expect(event.sizeBytes == expected)
        #expect(isSame)
    }

    @Test(
        arguments: [
            ("iso-utc", #""2026-01-02T03:04:05""#), ("iso-utc", #""2026-01-02T04:04:05+01:00""#),
            ("compact-iso", #""20260102T030405Z""#), ("epoch", "1767323045"), ("epoch", "1767323045000"),
            ("epoch", "1767323045000000"), ("epoch", "1767323045000000000"),
        ]
    )
    func `knows the spellings of an instant`(unit: String, value: String) throws {
        let (event, isSame) = try Self.roundTrip("claimed_at: {path: v, unit: \(unit)}", value)
        #expect(event.claimedAt == Timestamp(seconds: 1_767_323_045))
        #expect(event.oddities.isEmpty)
        #expect(isSame)
    }

    @Test func `leaves a sign out where it says something else`() throws {
        let dialect = try LanguageTests.dialect(
            "event: progress\nfields: {percent: {path: v, sign: ignore}, size: {path: s, sign: ignore}}"
        )
        let event = dialect.read("a/1", #"{"v":-7,"s":-9}"#)
        #expect(event?.percent == 7)
        #expect(event?.sizeBytes == 9)
    }

    @Test func `coerces the fields that say so`() throws {
        let dialect = try LanguageTests.dialect(
            "event: progress\nfields: {percent: {path: v, coerce: true}, size: {path: s}, command_id: {path: i, coerce: true}}"
        )
        #expect(dialect.read("a/1", #"{"v":"50","i":7}"#)?.percent == 50)
        #expect(dialect.read("a/1", #"{"v":"50","i":7}"#)?.commandID == "7")
        #expect(dialect.reason("a/1", #"{"s":"50"}"#) == "field s: expected integer, got string")
    }

    @Test func `fills in defaults of every type`() throws {
        let dialect = try LanguageTests.dialect(
            """
            event: progress
            fields:
              percent: {path: p, unit: fraction, default: 0.5}
              remaining: {path: r, unit: min, default: 2}
              phase: {path: ph, default: fetch}
              ok: {path: o, default: false}
              size: {path: s, default: 0, absent_if: 1}
              claimed_at: {path: t, unit: s, default: 1767323045}
            """
        )
        for payload in ["{}", #"{"p":null,"s":1}"#] {
            let event = try #require(dialect.read("a/1", payload))
            #expect(event.percent == 50)
            #expect(event.remaining == .seconds(120))
            #expect(event.phase == "fetch")
            #expect(event.isOK == false)
            #expect(event.sizeBytes == 0)
            #expect(event.claimedAt == Timestamp(seconds: 1_767_323_045))
        }
        #expect(dialect.read("a/1", #"{"p":0.1,"ph":"burn"}"#)?.percent == 10)
    }

    @Test(
        arguments: [
            #""yesterday""#, #""2026-01-02T03:04:05""#, #""1999-12-31T23:59:59Z""#, "5",
            #""2101-01-01T00:00:00Z""#,
        ]
    )
    func `finds a time odd that is unreadable, without zone, or of another age`(value: String) throws {
        let dialect = try LanguageTests.dialect(
            "event: progress\nfields: {claimed_at: {path: v, unit: iso}, percent: p}"
        )
        var reader = DialectReader(DialectSet([dialect]))
        let good = Message("a/1", #"{"v":"2026-01-02T03:04:05Z","p":1}"#)
        for _ in 0..<40 { #expect(reader.read(good)?.event.oddities == []) }
        let event = reader.read(Message("a/1", #"{"v":\#(value),"p":1}"#))?.event
        #expect(event?.kind == .progress)
        #expect(event?.percent == 1)
        #expect(event?.oddities == .badTimestamp)
        #expect(event?.oddity?.hasPrefix("v: odd time") == true)
        #expect(reader.read(good)?.event.oddities == [])
    }

    private static func roundTrip(_ field: String, _ value: String) throws -> (UpgradeEvent, Bool) {
        let dialect = try LanguageTests.dialect("event: progress\nfields: {\(field)}")
        let event = try #require(dialect.read("a/1", #"{"v":\#(value)}"#))
        return (event, dialect.read("a/1", try dialect.compose(event).text) == event)
    }
}
