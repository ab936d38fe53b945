// Definition files: what they can say, and what is said about those that are wrong.

import Testing
import Traffic

@testable import Dialects

struct DefinitionTests {
    @Test(
        arguments: [
            ("  colour: red\n", 9, "unknown key `colour`"),
            ("  fields: {colour: c}\n", 9, "unknown field `colour`"),
            ("  fields: {size: {path: s, unit: ms}}\n", 9, "unit ms does not fit size"),
            ("  fields: {duration: {path: s}}\n", 9, "duration has no unit"),
            ("  fields: {claimed_at: {path: s, unit: furlong}}\n", 9, "unknown unit `furlong`"),
            ("  fields: {size: {path: s, required: maybe}}\n", 9, "expected true or false"),
            ("  fields: {size: {path: s, decimals: 1.5}}\n", 9, "unreadable decimals"),
            ("  fields: {size: {path: s, default: much}}\n", 9, "the default does not fit size"),
            ("  fields: {url: {path: s, algorithm: a}}\n", 9, "url has no algorithm"),
            ("  fields: {url: \"\"}\n", 9, "an empty path"),
            ("  cases: [{event: accept}]\n", 9, "both `event` and `cases`"),
            ("  roots: nowhere\n", 9, "unknown roots `nowhere`"),
            ("  payload: xml\n", 9, "unknown payload `xml`"),
            (
                "- {name: m, topic: \"b/{device}\", direction: up, event: log}\n", 9,
                "message m is there twice"
            ),
            (
                "- {name: n, topic: \"b/{who}\", direction: up, event: log}\n", 9,
                "unknown capture {who} in b/{who}"
            ),
            ("- {name: n, topic: b, direction: side, event: log}\n", 9, "unknown direction `side`"),
            ("- {name: n, topic: b, direction: up, event: lunch}\n", 9, "unknown event `lunch`"),
            ("- {name: n, topic: b, direction: up}\n", 9, "`cases` is missing"),
            ("- {topic: b, direction: up, event: log}\n", 9, "`name` is missing"),
            ("  fields: [\n", 10, "not YAML"),
            ("qos: {up: 3}\n", 9, "unknown QoS"),
            ("timers: {ack: soon}\n", 9, "unreadable time `soon`"),
            ("failures: [{class: bad-luck, text: x}]\n", 9, "unknown failure class `bad-luck`"),
            ("failures: [{class: stalled}]\n", 9, "a failure that nothing claims"),
            ("json: pretty\n", 9, "unknown JSON style `pretty`"),
            ("dialect: again\n", 1, "not YAML: repeated keys"),
        ]
    )
    func `names the line, what is wrong and what to do`(addition: String, line: Int, problem: String) throws {
        let error = try #require(throws: DialectError.self) { try Self.load(adding: addition) }
        guard case .definition(let origin, let at, let said, let remedy) = error else {
            Issue.record("another error: \(error)")
            return
        }
        #expect(origin == "mine.yaml")
        #expect(at == line)
        #expect(said.hasPrefix(problem), "\(said)")
        #expect(!remedy.isEmpty)
        #expect(error.description.hasPrefix("mine.yaml:\(line): \(problem)"))
    }

    @Test(arguments: ["", "- a", "dialect: x\nsubscriptions: [a]\nmessages: []"])
    func `refuses files that hold no dialect`(yaml: String) {
        #expect(throws: DialectError.self) { try Dialect.load(yaml: yaml, origin: "mine.yaml") }
    }

    @Test func `refuses aliases that unfold without end`() {
        var yaml = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...12 {
            let alias = "*a\(level - 1)"
            yaml += "a\(level): &a\(level) [\(Array(repeating: alias, count: 10).joined(separator: ", "))]\n"
        }
        #expect(throws: DialectError.self) { try Dialect.load(yaml: yaml, origin: "mine.yaml") }
    }

    @Test func `refuses more paths than a scan can hold`() {
        let cases = (0..<40).map { "{event: log, when: {p\($0): 1}}" }.joined(separator: ", ")
        let message = "- {name: n, topic: b, direction: up, cases: [\(cases)]}\n"
        #expect(throws: DialectError.self) { try Self.load(adding: message) }
    }

    @Test func `fills in what a definition leaves out`() throws {
        let dialect = try Self.load(adding: "timers: {ack: 500ms, session: 2h}\n")
        #expect(dialect.title == "mine")
        #expect(dialect.timers.ack == .milliseconds(500))
        #expect(dialect.timers.session == .seconds(7_200))
        #expect(dialect.timers.stall == DialectTimers().stall)
        #expect(dialect.declaredQoS(.up) == nil)
    }

    // In the shape of Tencent's dialect: one topic, several kinds, results by state and by the sign of a number.
    @Test(
        arguments: [
            (#"{"type":"report","state":"done","step":"5"}"#, .result, true),
            (#"{"type":"report","step":-1}"#, .result, false),
            (#"{"type":"report","state":"burning","step":50}"#, .progress, nil),
            (#"{"type":"version","v":"2"}"#, .version, nil),
            (#"{"type":"version"}"#, .log, nil),
            (#"{"type":["version"]}"#, .log, nil),
        ] as [(String, UpgradeEvent.Kind, Bool?)]
    )
    func `tells kinds apart by conditions`(payload: String, kind: UpgradeEvent.Kind, isOK: Bool?) throws {
        let dialect = try Self.load(
            adding: """
                coerce: true

                """,
            message: """
                  cases:
                  - {event: result, when: {type: report, state: [done, finished]}, set: {ok: true}}
                  - {event: result, when: {type: report, step: {below: 0}}, set: {ok: false}}
                  - {event: progress, when: {type: report, any: [{step: {above: 0}}, {state: {exists: true}}]}}
                  - {event: version, when: {type: version, not: {v: {exists: false}}}}
                  - {event: log}
                  fields: {percent: step, version: v}

                """
        )
        let read = dialect.read("a/1", payload)
        #expect(read?.kind == kind)
        #expect(read?.isOK == isOK)
    }

    @Test func `says when no case fits`() throws {
        let dialect = try Self.load(adding: "", message: "  cases: [{event: log, when: {a: 1}}]\n")
        #expect(dialect.reason("a/1", #"{"a":2}"#) == "no case of m fits")
        #expect(dialect.reason("a/1", "[]") == "expected a JSON object, got array")
        #expect(dialect.reason("a/1", #"{"a":1,}"#) == "invalid JSON at byte 7: unexpected byte")
        #expect(dialect.reason("a/1", "") == "invalid JSON at byte 0: ends too early")
    }

    @Test func `takes the device from the payload where the topic has none`() throws {
        let yaml = """
            dialect: mine
            subscriptions: [a]
            messages: [{name: m, topic: a, direction: up, event: log, fields: {device_id: who, command_id: c}}]
            """
        let dialect = try Dialect.load(yaml: yaml, origin: "mine.yaml")
        #expect(dialect.read("a", #"{"who":"d7"}"#)?.deviceID == "d7")
        #expect(dialect.reason("a", "{}") == "no device id in topic or payload")
    }

    @Test(
        arguments: [
            ("{path: v, unit: kbit/s}", "speed", "8", 1_000), ("{path: v, unit: B/s}", "speed", "8", 8),
            ("{path: v, unit: KiB/s}", "speed", "8", 8_192),
        ]
    )
    func `knows the units of a rate`(rule: String, field: String, value: String, expected: Double) throws {
        let dialect = try Self.load(adding: "  fields: {\(field): \(rule)}\n")
        let read = dialect.read("a/1", #"{"v":\#(value)}"#)
        #expect(read?.bytesPerSecond == expected)
    }

    @Test(arguments: [("min", 120.0), ("s", 2), ("ms", 0.002), ("us", 0.000_002)])
    func `knows the units of a duration`(unit: String, seconds: Double) throws {
        let dialect = try Self.load(adding: "  fields: {duration: {path: v, unit: \(unit)}}\n")
        #expect(dialect.read("a/1", #"{"v":2}"#)?.duration == .seconds(seconds))
        #expect(dialect.reason("a/1", #"{"v":1e300}"#) == "field v: number out of range")
        #expect(dialect.reason("a/1", #"{"v":9223372036854775807}"#) == "field v: number out of range")
    }

    /// Eight lines of a good definition, then the addition.
    private static func load(
        adding addition: String,
        message: String = "  event: log\n"
    ) throws(DialectError) -> Dialect {
        let yaml = """
            dialect: mine
            subscriptions: ["a/+"]
            messages:
            -
              name: m
              topic: a/{device}
              direction: up

            """
        let (top, rest) = addition.first == " " || addition.first == "-" ? ("", addition) : (addition, "")
        return try .load(yaml: yaml + message + rest + top, origin: "mine.yaml")
    }
}
