// The strict reader on documents, prefixes, hostile bytes, and against Foundation's reader.

import Foundation
import Testing
import Traffic

@testable import Dialects

struct JSONScannerTests {
    @Test func `finds the wanted values wherever they stand`() throws {
        let found = try scan(
            #" {"x":{"a":9},"a" : "v\n" ,"b":{"c":[1,{"a":2}]},"b2":-1.5e3} "#,
            "a",
            "b.c",
            "b2"
        )
        #expect(found == [#""v\n""#, #"[1,{"a":2}]"#, "-1.5e3"])
    }

    @Test func `finds keys that are spelled with escapes`() throws {
        #expect(try scan(#"{"\u0061\/":1}"#, "a/") == ["1"])
    }

    @Test func `lets the last of repeated keys win, with all below it`() throws {
        #expect(try scan(#"{"a":1,"a":2}"#, "a") == ["2"])
        #expect(try scan(#"{"h":{"t":1},"h":{}}"#, "h.t") == [nil])
        #expect(try scan(#"{"h":{"t":1},"h":7}"#, "h.t") == [nil])
    }

    @Test(
        arguments: [
            (#""plain""#, "plain"), (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"),
            (#""\u00e9\uD83D\ude00""#, "é😀"), (#""\ud83d""#, "\u{FFFD}"), (#""\ude00x""#, "\u{FFFD}x"),
            (#""\ud83d\u0041""#, "\u{FFFD}A"), (#""\ud83d\n""#, "\u{FFFD}\n"), (#""\u0000""#, "\0"),
            (#""固件😀""#, "固件😀"), (#""""#, ""),
        ]
    )
    func `decodes strings`(document: String, expected: String) throws {
        let bytes = Array(document.utf8)
        var trie = PathTrie()
        let slot = trie.slot(for: [])
        let token = try JSONScanner.scan(bytes, for: trie)[slot]
        #expect(JSONText.string(token, in: bytes) == expected)
    }

    @Test(
        arguments: [
            ("", 0, .endsEarly), (" ", 1, .endsEarly), ("{", 1, .endsEarly), ("{}x", 2, .trailingBytes),
            ("{\"a\":1,}", 7, .unexpectedByte), ("[1,]", 3, .unexpectedByte), ("{'a':1}", 1, .unexpectedByte),
            ("{\"a\" 1}", 5, .unexpectedByte), ("01", 1, .trailingBytes), ("1.", 2, .endsEarly),
            ("-", 1, .endsEarly), ("+1", 0, .unexpectedByte), (".5", 0, .unexpectedByte),
            ("1e", 2, .endsEarly), ("nul", 3, .endsEarly), ("True", 0, .unexpectedByte),
            ("NaN", 0, .unexpectedByte), ("\"\\x\"", 2, .unexpectedByte), ("\"\\u12g4\"", 5, .unexpectedByte),
            ("\"a\tb\"", 2, .unexpectedByte), ("{} // c", 3, .trailingBytes),
            ("\u{FEFF}{}", 0, .byteOrderMark),
            ("{\"a\":1 // c\n}", 7, .unexpectedByte), ("\u{A0}{}", 0, .unexpectedByte),
        ] as [(String, Int, JSONFault.Problem)]
    )
    func `says where a document goes wrong`(document: String, at: Int, problem: JSONFault.Problem) {
        #expect(throws: JSONFault(at: at, problem: problem)) {
            try JSONScanner.scan(Array(document.utf8), for: PathTrie())
        }
    }

    @Test(
        arguments: [
            [0xFF], [0x80], [0xC0, 0x80], [0xC1, 0xBF], [0xE0, 0x9F, 0x80], [0xED, 0xA0, 0x80],
            [0xF0, 0x8F, 0x80, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xE2, 0x82, 0x22],
            [0xC3, 0x28],
        ] as [[UInt8]]
    )
    func `refuses bytes that are not UTF-8`(bytes: [UInt8]) throws {
        let fault = try #require(throws: JSONFault.self) {
            try JSONScanner.scan([0x22] + bytes + [0x22], for: PathTrie())
        }
        #expect(fault.problem == .notUTF8)
    }

    @Test func `reads nesting up to its limit and refuses any beyond`() throws {
        let limit = JSONScanner.depthLimit
        let deepest = String(repeating: "[", count: limit) + String(repeating: "]", count: limit)
        #expect(throws: Never.self) { try scan(deepest) }
        for opening in ["[", "{\"a\":"] {
            let fault = #expect(throws: JSONFault.self) {
                try scan(String(repeating: opening, count: 100_000), "a.a.a")
            }
            #expect(fault?.problem == .tooDeep)
        }
    }

    @Test(arguments: Self.documents)
    func `refuses every prefix of a document`(document: String) throws {
        let bytes = Array(document.utf8)
        #expect(throws: Never.self) { try JSONScanner.scan(bytes, for: PathTrie()) }
        for count in bytes.indices {
            #expect(throws: JSONFault.self) { try JSONScanner.scan(Array(bytes[..<count]), for: PathTrie()) }
        }
    }

    @Test(
        arguments: [
            ("0", 0), ("-0", 0), ("9223372036854775807", .max), ("-9223372036854775808", .min),
            ("9223372036854775808", nil), ("-9223372036854775809", nil), ("1.0", nil), ("1e2", nil),
            ("99999999999999999999999999999999", nil),
        ] as [(String, Int64?)]
    )
    func `reads integers exactly or not at all`(text: String, expected: Int64?) {
        #expect(JSONNumeral.integer(text.utf8) == expected)
    }

    @Test(
        arguments: [
            ("1e400", nil), ("-1e400", nil), ("1e-400", 0), ("0.1", 0.1), ("1E+2", 100), ("inf", nil),
            ("nan", nil), ("0x10", nil), ("", nil), ("-", nil),
        ] as [(String, Double?)]
    )
    func `reads doubles that are finite`(text: String, expected: Double?) {
        #expect(JSONNumeral.double(text.utf8) == expected)
    }

    @Test func `takes a number of any length without converting it`() throws {
        let digits = String(repeating: "9", count: 1_000_000)
        #expect(try scan("{\"a\":\(digits)}", "a") == [digits])
        #expect(JSONNumeral.double(digits.utf8) == nil)
        #expect(JSONNumeral.integer(digits.utf8) == nil)
    }

    /// Ours must accept what Foundation accepts and the other way round, except where RFC 8259 leaves a choice.
    @Test func `agrees with Foundation on mutated documents`() throws {
        var random = SplitMix(seed: 2_026)
        var agreed = (valid: 0, invalid: 0)
        for _ in 0..<20_000 {
            let document = Self.documents[Int(random.next() % UInt64(Self.documents.count))]
            let bytes = Self.mutated(Array(document.utf8), by: &random)
            if Self.isMatterOfChoice(bytes) { continue }
            let ours = (try? JSONScanner.scan(bytes, for: PathTrie())) != nil
            let theirs =
                (try? JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)) != nil
            #expect(ours == theirs, "\(String(decoding: bytes, as: UTF8.self))")
            if ours { agreed.valid += 1 } else { agreed.invalid += 1 }
        }
        // Both sides of the question were asked.
        #expect(agreed.valid > 1_000)
        #expect(agreed.invalid > 1_000)
    }

    @Test func `finds the values that JSONDecoder finds`() throws {
        var random = SplitMix(seed: 7)
        var compared = 0
        for _ in 0..<5_000 {
            let document = Self.documents[Int(random.next() % UInt64(Self.documents.count))]
            let bytes = Self.mutated(Array(document.utf8), by: &random)
            // Which of repeated keys wins is our choice: the last.
            if Self.isMatterOfChoice(bytes) || Self.repeatsKey(bytes) { continue }
            // JSONDecoder looks closely at what it decodes only; JSONSerialization judges the rest.
            guard (try? JSONSerialization.jsonObject(with: Data(bytes))) != nil else { continue }
            guard let theirs = try? JSONDecoder().decode(Probe.self, from: Data(bytes)) else { continue }
            let ours = try Probe(bytes)
            #expect(ours == theirs, "\(String(decoding: bytes, as: UTF8.self))")
            compared += 1
        }
        #expect(compared > 500)
    }

    @Test func `never crashes a dialect on mutated messages`() throws {
        var random = SplitMix(seed: 99)
        let dialects = try DialectSet.builtIn()
        let topics = [
            "/p/d/firmware/upgrade", "/p/d/firmware/upgrade/progress", "v1/1/firmware/download/progress",
        ]
        for _ in 0..<20_000 {
            let document = Self.documents[Int(random.next() % UInt64(Self.documents.count))]
            let payload = Self.mutated(Array(document.utf8), by: &random)
            let topic = topics[Int(random.next() % UInt64(topics.count))]
            let message = Message(Array(topic.utf8), payload)
            let event = try #require(dialects.read(message))
            if event.kind == .unknown { #expect(event.reason != nil) }
            let same = try dialects[event.dialect]?.rewrite(message, to: event)
            #expect(same?.payload == payload)
        }
    }

    private func scan(_ document: String, _ paths: String...) throws -> [String?] {
        var trie = PathTrie()
        let slots = paths.map { trie.slot(for: $0.split(separator: ".").map { .key(String($0)) }) }
        let bytes = Array(document.utf8)
        let tokens = try JSONScanner.scan(bytes, for: trie)
        return slots.map { tokens[$0].kind == .absent ? nil : JSONText.verbatim(tokens[$0], in: bytes) }
    }

    private static let documents = [
        #"{"messageId":"1551807719374848000","url":"http://h/f?a=1","size":570,"progress":50,"success":true}"#,
        #"{"command_id": "c-\u00e9\n", "progress": 99, "speed_kbps": 512.25, "version": null, "size": -0.5e+3}"#,
        #"{"progress":100,"complete":false,"success":true,"errorReason":"下载失败","headers":{"phase":"x","a":[1,[]]}}"#,
        #"[{"a":[true,false,null]},"\ud83d\ude00",-1,0.0,1E5,{}]"#,
    ]

    private static let splices: [[UInt8]] =
        [
            "\"", "\\", "{", "}", "[", "]", ",", ":", "0", "9", "-", ".", "e", "1e400", "null", "true", " ",
            "\n", "\t",
            "\\u00", "\\ud83d", "固", "99999999999999999999", "\u{0}", "//", "nan",
        ].map { Array($0.utf8) } + [[0xFF], [0xC3], [0xED, 0xA0, 0x80]]

    private static func mutated(_ bytes: [UInt8], by random: inout SplitMix) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<(random.next() % 3) {
            let index = Int(random.next() % UInt64(max(1, bytes.count)))
            let splice = splices[Int(random.next() % UInt64(splices.count))]
            let removed = min(bytes.count - min(index, bytes.count), Int(random.next() % 3))
            bytes.replaceSubrange(min(index, bytes.count)..<(min(index, bytes.count) + removed), with: splice)
        }
        return bytes
    }

    /// Foundation guesses UTF-16 and UTF-32 from NUL bytes, refuses lone surrogates and numbers beyond a double, and
    /// takes a comma before the end of an array.
    private static func isMatterOfChoice(_ bytes: [UInt8]) -> Bool {
        let text = String(decoding: bytes, as: UTF8.self)
        return bytes.contains(0) || text.contains("\\ud") || text.contains("e400")
            || text.contains(/[eE][+-]?[0-9]{3,}/) || text.contains(/,\s*\]/)
    }

    private static func repeatsKey(_ bytes: [UInt8]) -> Bool {
        let text = String(decoding: bytes, as: UTF8.self)
        return ["progress", "version", "url", "size"].contains { text.ranges(of: "\"\($0)\"").count > 1 }
    }

    /// Four values as JSONDecoder and our scanner find them.
    private struct Probe: Decodable, Equatable {
        var progress: Int64?
        var version: String?
        var url: String?
        var success: Bool?

        init(_ bytes: [UInt8]) throws {
            var trie = PathTrie()
            let slots = ["progress", "version", "url", "success"].map { trie.slot(for: [.key($0)]) }
            let tokens = try JSONScanner.scan(bytes, for: trie)
            let numeral = tokens[slots[0]]
            progress = numeral.isPresent ? JSONNumeral.integer(bytes[numeral.range]) : nil
            version = tokens[slots[1]].isPresent ? JSONText.string(tokens[slots[1]], in: bytes) : nil
            url = tokens[slots[2]].isPresent ? JSONText.string(tokens[slots[2]], in: bytes) : nil
            success = tokens[slots[3]].isPresent ? tokens[slots[3]].kind == .true : nil
        }
    }
}

/// A small seeded generator (SplitMix64), so that every run mutates alike.
struct SplitMix {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
