// Reading by a known shape finds what the scanner finds, or nothing.

import Testing

@testable import Dialects

struct PayloadShapeTests {
    private static let paths = [[], ["a"], ["b"], ["c", "d"], ["e"]]
    private static let payload =
        #"{"a":"text","b":-12.5,"x":[1,"z",{"b":null}],"c":{"d":12345678901,"e":0},"e":true}"#

    @Test(arguments: [
        #"{"a":"another, longer text","b":0,"x":[22222222222,null,{"b":1.25}],"c":{"d":"","e":1},"e":false}"#,
        #"{"a":null,"b":null,"x":[true,false,{"b":"a"}],"c":{"d":-1,"e":9},"e":"x"}"#,
        payload,
    ])
    func `reads payloads that differ in values alone`(payload: String) throws {
        let shape = try #require(try Self.shape(Self.payload))
        let read = Self.read(payload, by: shape)
        #expect(read != nil)
        #expect(read == (try Self.scan(payload)))
    }

    @Test(arguments: [
        "", "{", "{}", #"{"a":"text","b":-12.5}"#,
        payload + " ", " " + payload, String(payload.dropLast()),
        payload.replacing("-12.5", with: "-"), payload.replacing("-12.5", with: "01"),
        payload.replacing("-12.5", with: "1."), payload.replacing("-12.5", with: "1e5"),
        payload.replacing("-12.5", with: "1 "), payload.replacing("-12.5", with: "{}"),
        payload.replacing("text", with: #"\n"#), payload.replacing("text", with: "é"),
        payload.replacing("text", with: "\u{1}"), payload.replacing("true", with: "True"),
        payload.replacing("true", with: "nul"), payload.replacing(#""c""#, with: #""C""#),
    ])
    func `leaves any other payload to the scanner`(payload: String) throws {
        let shape = try #require(try Self.shape(Self.payload))
        #expect(Self.read(payload, by: shape) == nil)
    }

    @Test(arguments: [
        "[1]", "1", #"{"c":{"d":[]}}"#, #"{"b":1e5}"#, #"{"a":"\n"}"#,
        #"{"a":"\#(String(repeating: "x", count: 2_048))"}"#,
        "{\(String(repeating: #""k":1,"#, count: 70))\"a\":1}",
    ])
    func `learns nothing from what it could not read by comparing`(payload: String) throws {
        #expect(try Self.shape(payload) == nil)
    }

    @Test func `takes the last of repeated keys, as the scanner does`() throws {
        let shape = try #require(try Self.shape(#"{"a":1,"c":{"d":2},"a":3,"c":4}"#))
        let other = #"{"a":"x","c":{"d":"y"},"a":"zz","c":null}"#
        #expect(Self.read(other, by: shape) == (try Self.scan(other)))
    }

    @Test func `agrees with the scanner on mutated payloads`() throws {
        let shape = try #require(try Self.shape(Self.payload))
        let bytes = Array(Self.payload.utf8)
        var random = SplitMix(seed: 3)
        var count = 0
        for _ in 0..<20_000 {
            var mutated = bytes
            for _ in 0...(random.next() % 2) {
                let index = Int(random.next() % UInt64(mutated.count))
                let letters = Array("0123456789-.eE+\"\\,:{}[] truefalsn\u{7F}\u{80}\u{1}".utf8)
                let byte = letters[Int(random.next() % UInt64(letters.count))]
                switch random.next() % 3 {
                case 0: mutated[index] = byte
                case 1: mutated.insert(byte, at: index)
                default: mutated.remove(at: index)
                }
            }
            guard let read = Self.read(mutated, by: shape) else { continue }
            count += 1
            #expect(read == (try? Self.scan(mutated)), "\(String(decoding: mutated, as: UTF8.self))")
        }
        #expect(count > 1_000)
    }

    @Test func `remembers a few shapes of each rule and learns new ones now and then`() throws {
        var memory = ShapeMemory()
        for number in 0..<200 {
            let payload = Array(#"{"k\#(number % 6)":1,"a":\#(number)}"#.utf8)
            var tokens = JSONScanner.Tokens(repeating: .absent)
            let isKnown = memory.read(payload.rawSpan, of: number % 3, into: &tokens)
            let scanned = try Self.scan(payload)
            if isKnown { #expect(Self.array(tokens) == scanned) } else { #expect(Self.isAbsent(tokens)) }
            let learned = try JSONScanner.scan(payload, for: Self.trie)
            memory.learn(payload.rawSpan, of: number % 3, learned.span)
        }
        var tokens = JSONScanner.Tokens(repeating: .absent)
        let isKnown = memory.read(Array(#"{"k0":1,"a":7}"#.utf8).rawSpan, of: 0, into: &tokens)
        #expect(isKnown)
    }

    private static var trie: PathTrie {
        var trie = PathTrie()
        for path in paths { _ = trie.slot(for: path.map(JSONStep.key)) }
        return trie
    }

    private static func shape(_ payload: String) throws -> PayloadShape? {
        let tokens = try JSONScanner.scan(Array(payload.utf8), for: trie)
        return PayloadShape(of: Array(payload.utf8).rawSpan, tokens.span)
    }

    private static func read(_ payload: some Sequence<UInt8>, by shape: PayloadShape) -> [JSONToken]? {
        var tokens = JSONScanner.Tokens(repeating: .absent)
        return shape.read(Array(payload).rawSpan, into: &tokens) ? array(tokens) : nil
    }

    private static func read(_ payload: String, by shape: PayloadShape) -> [JSONToken]? {
        read(payload.utf8, by: shape)
    }

    private static func scan(_ payload: [UInt8]) throws -> [JSONToken] {
        array(try JSONScanner.scan(payload, for: trie))
    }

    private static func scan(_ payload: String) throws -> [JSONToken] {
        try scan(Array(payload.utf8))
    }

    private static func array(_ tokens: JSONScanner.Tokens) -> [JSONToken] {
        tokens.indices.map { tokens[$0] }
    }

    private static func isAbsent(_ tokens: JSONScanner.Tokens) -> Bool {
        array(tokens).allSatisfy { $0.kind == .absent }
    }
}
