// What definitions can say about payloads, conditions and events beyond plain objects.

import Testing
import Traffic

@testable import Dialects

struct LanguageTests {
    // MARK: - Texts

    static let tasmota = """
        payload: text
        text: ["Version {current_version} from {version}", "Successful{*}", "Failed {reason}", "at {percent}%"]
        cases:
        - {event: result, when: {".": {text: "Successful{*}"}}, set: {ok: true}}
        - {event: result, when: {".": {text: "Failed{*}"}}, set: {ok: false}}
        - {event: progress, when: {".": {text: "at {*}"}}}
        - {event: version}
        """

    @Test func `reads fields out of sentences`() throws {
        let dialect = try Self.dialect(Self.tasmota)
        let version = dialect.read("a/1", "Version 9.5 (lite) from 9.1")
        #expect(version?.kind == .version)
        #expect(version?.currentVersion == "9.5 (lite)")
        #expect(version?.version == "9.1")
        let failure = dialect.read("a/1", "Failed HTTP 404")
        #expect(failure?.isOK == false)
        #expect(failure?.reason == "HTTP 404")
        #expect(dialect.read("a/1", "Successful. Restarting")?.isOK == true)
        #expect(dialect.read("a/1", "at 42%")?.percent == 42)
    }

    @Test func `says why a text is unknown`() throws {
        let dialect = try Self.dialect(Self.tasmota)
        #expect(dialect.reason("a/1", "Hello") == "no text of m fits")
        // A field takes at least one byte.
        #expect(dialect.reason("a/1", "Failed ") == "no text of m fits")
        #expect(dialect.reason("a/1", "at x%") == "field text: expected number, got text")
        let message = Message(Array("a/1".utf8), [0x46, 0xFF])
        #expect(dialect.read(message)?.reason == "expected text in UTF-8")
    }

    @Test(arguments: ["Version 9.5 from 9.1", "Failed HTTP 404", "at 42%", "Successful"])
    func `writes sentences that read back`(payload: String) throws {
        let dialect = try Self.dialect(Self.tasmota)
        let event = try #require(dialect.read("a/1", payload))
        #expect(try dialect.compose(event).text == payload)
    }

    @Test func `rewrites the part of a sentence that changes`() throws {
        let dialect = try Self.dialect(Self.tasmota)
        let message = Message("a/1", "Failed HTTP 404 \"here\"")
        var event = try #require(dialect.read(message))
        event.reason = "no \"space\""
        #expect(try dialect.rewrite(message, to: event).text == "Failed no \"space\"")
    }

    @Test func `takes a payload that is no JSON for a text`() throws {
        let dialect = try Self.dialect("payload: any\nevent: poll\nfields: {command_id: [id, .]}")
        #expect(dialect.read("a/1", "bare")?.commandID == "bare")
        #expect(dialect.read("a/1", #""quoted""#)?.commandID == "quoted")
        #expect(dialect.read("a/1", #"{"id":"inner"}"#)?.commandID == "inner")
        #expect(dialect.read(Message(Array("a/1".utf8), [0xFF]))?.commandID == nil)
    }

    @Test func `writes a single value where a field stands for the payload`() throws {
        let dialect = try Self.dialect("payload: any\nevent: poll\nfields: {command_id: .}")
        let event = try #require(dialect.read("a/1", "bare"))
        #expect(try dialect.compose(event).text == "bare")
        let strict = try Self.dialect("event: poll\nfields: {command_id: .}")
        let quoted = try #require(strict.read("a/1", #""quoted""#))
        #expect(try strict.compose(quoted).text == #""quoted""#)
    }

    @Test func `counts the bytes of a binary payload`() throws {
        let dialect = try Self.dialect(
            "payload: binary\nevent: chunk\nfields: {chunk_bytes: {length: true}}",
            topic: "a/{device}/{chunk}"
        )
        let message = Message(Array("a/1/7".utf8), [0xFF, 0, 0x7B])
        let event = try #require(dialect.read(message))
        #expect(event.kind == .chunk)
        #expect(event.chunkIndex == 7)
        #expect(event.chunkBytes == 3)
        let written = try dialect.compose(event)
        #expect(written.topic == "a/1/7")
        #expect(written.payload.count == 3)
        #expect(dialect.read("a/1/x", "") == nil)
    }

    @Test func `searches a megabyte of text once`() throws {
        let template = try TextTemplate("a{*}ab{*}b")
        let text = [UInt8](repeating: UInt8(ascii: "a"), count: 1 << 20)
        var tokens = JSONScanner.Tokens(repeating: .absent)
        #expect(!template.matches(text.rawSpan, in: 0..<text.count, into: &tokens))
        #expect(template.matches((text + Array("bb".utf8)).rawSpan, in: 0..<text.count + 2, into: &tokens))
    }

    @Test(
        arguments: [
            ("a", "a", true), ("a", "ab", false), ("a{*}", "a", true), ("a{*}a", "a", false),
            ("a{*}a", "aa", true),
            ("{*}a", "bca", true), ("{*}", "", true), ("{reason}", "", false), ("x{*}y{*}z", "xyz", true),
            ("x{*}y{*}z", "xzy", false), ("é{*}", "é!", true),
        ]
    )
    func `anchors templates at both ends`(template: String, text: String, fits: Bool) throws {
        var tokens = JSONScanner.Tokens(repeating: .absent)
        let bytes = Array(text.utf8)
        #expect(try TextTemplate(template).matches(bytes.rawSpan, in: bytes.indices, into: &tokens) == fits)
    }

    // MARK: - What is not the dialect's business

    @Test func `claims nothing where a case says none`() throws {
        let dialect = try Self.dialect("cases: [{event: none, when: {state: {exists: false}}}, {event: log}]")
        #expect(dialect.read("a/1", #"{"lux":3}"#) == nil)
        #expect(dialect.read("a/1", #"{"state":1}"#)?.kind == .log)
        #expect(dialect.reason("a/1", "[") != nil)
    }

    @Test func `leaves a message that is nobody's business to another dialect`() throws {
        let first = try Self.dialect("cases: [{event: none, when: {a: {exists: false}}}, {event: log}]")
        let second = try Self.dialect("event: progress", name: "other")
        let set = DialectSet([first, second])
        #expect(set.read(Message("a/1", "{}"))?.dialect == "other")
        #expect(set.read(Message("a/1", #"{"a":1}"#))?.dialect == "mine")
    }

    @Test func `gives the message to the dialect with the most literal topic`() throws {
        let tail = try Self.dialect("event: log", topic: "a/{device+}")
        let exact = try Self.dialect("event: progress", name: "other", topic: "a/x/{device}")
        let set = DialectSet([tail, exact])
        #expect(set.read(Message("a/x/1", "{}"))?.dialect == "other")
        #expect(set.read(Message("a/y/1", "{}"))?.deviceID == "y/1")
    }

    @Test func `keeps a topic's own word and exchange when it is rewritten`() throws {
        let dialect = try Self.dialect("event: offer", topic: "a/{device}/(update|downgrade)/{request}")
        #expect(dialect.read("a/1/up/5", "{}") == nil)
        let message = Message("a/1/downgrade/5", "{}")
        var event = try #require(dialect.read(message))
        event.deviceID = "2"
        #expect(try dialect.rewrite(message, to: event).topic == "a/2/downgrade/5")
        #expect(try dialect.compose(event).topic == "a/2/update/1")
    }

    // MARK: - Elements

    static let services = """
        each: services
        cases:
        - {event: none, when: {service_id: {is: [other]}}}
        - {event: offer, when: {event_type: upgrade}}
        - {event: version, when: {event_type: version}}
        fields: {device_id: [/object_device_id, id], version: paras.version, module: paras.m}
        """

    @Test func `makes an event of each element`() throws {
        let dialect = try Self.dialect(Self.services, topic: "a/{gateway}")
        let payload = #"""
            {"object_device_id":"c1","services":[{"event_type":"upgrade","paras":{"version":"2"}},
            {"service_id":"other"},{"event_type":"version","paras":{"version":"1"}},{"event_type":"?"}]}
            """#
        let events = DialectSet([dialect]).events(of: Message("a/g", payload))
        #expect(events.map(\.kind) == [.offer, .version, .unknown])
        #expect(events.map(\.deviceID) == ["c1", "c1", ""])
        #expect(events.map(\.version) == ["2", "1", nil])
        #expect(events.last?.reason == "no case of m fits")
        let composed = try dialect.compose(try #require(events.first))
        #expect(
            composed.text
                == #"{"object_device_id":"c1","services":[{"paras":{"version":"2"},"event_type":"upgrade"}]}"#
        )
    }

    @Test func `rewrites the element that states the event, and no other byte`() throws {
        let dialect = try Self.dialect(Self.services, topic: "a/{gateway}")
        let payload =
            #"{"services": [{"event_type":"version","id":"c1","paras":{"version":"1"}}, {"event_type":"upgrade","id":"c1","paras":{"version":"2"}}]}"#
        let message = Message("a/g", payload)
        var event = try #require(DialectSet([dialect]).events(of: message).last)
        event.version = "3"
        #expect(try dialect.rewrite(message, to: event).text == payload.replacing("\"2\"", with: "\"3\""))
    }

    @Test func `says when there is no array, and when there are too many elements`() throws {
        let dialect = try Self.dialect(Self.services, topic: "a/{gateway}")
        #expect(dialect.reason("a/g", #"{"services":{}}"#) == "field /services: expected array, got object")
        #expect(dialect.reason("a/g", "{}") == "field /services: expected array, got nothing")
        #expect(dialect.read("a/g", #"{"services":[]}"#) == nil)
        let element = #"{"id":"d","event_type":"version"}"#
        let many = Array(repeating: element, count: 70).joined(separator: ",")
        let events = DialectSet([dialect]).events(of: Message("a/g", #"{"services":[\#(many)]}"#))
        #expect(events.count == 65)
        #expect(events.last?.reason == "70 elements, of which the first 64 are read")
    }

    // MARK: - Conditions and words

    @Test func `compares two paths, texts without case, and templates`() throws {
        let dialect = try Self.dialect(
            """
            cases:
            - {event: result, when: {now: {equals: wanted}}, set: {ok: true}}
            - {event: cancel, when: {state: {is: [Canceled, CANCELLED], fold_case: true}}}
            - {event: result, when: {state: {text: "fail{*}", fold_case: true}}, set: {ok: false}}
            - {event: log}
            """
        )
        #expect(dialect.read("a/1", #"{"now":"2","wanted":"2"}"#)?.isOK == true)
        #expect(dialect.read("a/1", #"{"now":2.0,"wanted":2}"#)?.isOK == true)
        #expect(dialect.read("a/1", #"{"now":"2"}"#)?.kind == .log)
        #expect(dialect.read("a/1", "{}")?.kind == .log)
        #expect(dialect.read("a/1", #"{"state":"cAnCeLeD"}"#)?.kind == .cancel)
        #expect(dialect.read("a/1", #"{"state":"FAILED\u0021"}"#)?.isOK == false)
    }

    @Test func `puts words into the event's own`() throws {
        let dialect = try Self.dialect(
            """
            event: progress
            fields:
              phase: {path: state, values: {DOWNLOADING: fetch, VERIFIED: verify}, fold_case: true}
              code: {path: rc, values: {-1: timeout, "0": ok, "*": other}}
            """
        )
        #expect(dialect.read("a/1", #"{"state":"downloading","rc":-1}"#)?.phase == "fetch")
        #expect(dialect.read("a/1", #"{"rc":"-1"}"#)?.code == "timeout")
        #expect(dialect.read("a/1", #"{"rc":-1}"#)?.code == "timeout")
        #expect(dialect.read("a/1", #"{"rc":77}"#)?.code == "other")
        // A word that is not listed is kept.
        #expect(dialect.read("a/1", #"{"state":"IDLE"}"#)?.phase == "IDLE")
        let event = try #require(dialect.read("a/1", #"{"state":"VERIFIED","rc":-1}"#))
        #expect(try dialect.compose(event).text == #"{"state":"VERIFIED","rc":-1}"#)
    }

    @Test func `reads and writes elements of arrays by their index`() throws {
        let dialect = try Self.dialect("event: offer\nfields: {url: 'up.files[1].url', size: 'up.n[0][1]'}")
        let payload = #"{"up":{"files":[{"url":"a"},{"url":"b"}],"n":[[1,2]]}}"#
        let event = try #require(dialect.read("a/1", payload))
        #expect(event.url == "b")
        #expect(event.sizeBytes == 2)
        let written = try dialect.compose(event)
        #expect(written.text == #"{"up":{"files":[null,{"url":"b"}],"n":[[null,2]]}}"#)
        #expect(dialect.read("a/1", written.text) == event)
        // A key that looks like an index is a key.
        #expect(dialect.read("a/1", #"{"up":{"files":{"[1]":{"url":"x"}}}}"#)?.url == nil)
    }

    static func dialect(
        _ message: String,
        name: String = "mine",
        topic: String = "a/{device}",
        top: String = ""
    ) throws -> Dialect {
        let lines = message.split(separator: "\n", omittingEmptySubsequences: false).map { "  \($0)\n" }
            .joined()
        let yaml = """
            dialect: \(name)
            subscriptions: ["a/#"]
            \(top)
            messages:
            - name: m
              topic: "\(topic)"
              direction: up

            """
        return try .load(yaml: yaml + lines, origin: "\(name).yaml")
    }
}
