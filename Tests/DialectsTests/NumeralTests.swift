// Numbers from their bytes, held against the standard library's conversion.

import Testing

@testable import Dialects

struct NumeralTests {
    @Test func `reads every numeral as the standard library does, bit by bit`() {
        var random = SplitMix(seed: 1_990)
        var counts = (read: 0, refused: 0)
        for _ in 0..<100_000 {
            let text = Self.numeral(by: &random)
            let expected = Double(text).flatMap { $0.isFinite ? $0 : nil }
            #expect(JSONNumeral.double(text.utf8)?.bitPattern == expected?.bitPattern, "\(text)")
            if expected == nil { counts.refused += 1 } else { counts.read += 1 }
        }
        #expect(counts.read > 90_000)
        #expect(counts.refused > 100)
    }

    @Test(
        arguments: [
            "0", "-0", "-0.0", "0e5", "9007199254740992", "9007199254740993", "9007199254740993.0",
            "123456789012345678", "1234567890123456789", "999999999999999999999", "0.1e22", "1e22", "1e23",
            "1e-22", "1e-23", "9007199254740992e22", "9007199254740993e-22", "0.000001", "512.25", "4.35",
            "000000000000000000001", "1.", "-.5", "1.e3", "2.2250738585072011e-308", "5e-324", "2e-324",
            "1.7976931348623157e308", "1e-1000", "0.3e-9999999999999999999",
        ]
    )
    func `reads numerals at the edges of the short way`(text: String) throws {
        let expected = try #require(Double(text))
        #expect(JSONNumeral.double(text.utf8)?.bitPattern == expected.bitPattern)
    }

    @Test(arguments: ["--1", "1-", "1e", "1e+", "1.5.5", "e5", ".5", "+5", "1 ", " 1", "1e5e5", "1,5"])
    func `reads no number from what is none`(text: String) {
        #expect(JSONNumeral.double(text.utf8) == nil)
    }

    /// Digits, mostly few, with and without fraction and exponent, mostly small.
    private static func numeral(by random: inout SplitMix) -> String {
        var text = random.next() % 3 == 0 ? "-" : ""
        text += digits(upTo: random.next() % 4 == 0 ? 25 : 16, by: &random)
        if random.next() % 2 == 0 { text += "." + digits(upTo: random.next() % 4 == 0 ? 25 : 8, by: &random) }
        guard random.next() % 2 == 0 else { return text }
        text += random.next() % 2 == 0 ? "e" : "E"
        text += ["", "+", "-"][Int(random.next() % 3)]
        return text + String(random.next() % (random.next() % 8 == 0 ? 400 : 26))
    }

    private static func digits(upTo limit: UInt64, by random: inout SplitMix) -> String {
        let count = random.next() % limit + 1
        return (0..<count).reduce(into: "") { text, _ in text += String(random.next() % 10) }
    }
}
