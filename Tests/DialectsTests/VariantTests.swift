// Variants, aliases, and what a definition says about its dialect as a whole.

import Testing

@testable import Dialects

struct VariantTests {
    private static let yaml = """
        dialect: mine
        version: 3
        aliases: [ours]
        subscriptions: ["a/#"]
        correlation: {scope: deployment, kind_separator: "-"}
        secrets: [token, paras.sign]
        invisible:
        - {event: accept, what: only the asking connection is answered, instead: $x/events}
        - the radio phase
        variants:
          simulator: {}
          esp32:
            m: {speed: {unit: kbit/s}, duration: {path: download_ms, unit: us}}
        messages:
        - name: m
          topic: a/{device}
          direction: up
          event: result
          fields: {speed: {path: speed_kbps, unit: KiB/s, decimals: 2}, duration: {path: time, unit: s}, code: status}
        """

    @Test func `reads a variant's fields as it says and the others as before`() throws {
        let base = try Dialect.load(yaml: Self.yaml, origin: "mine.yaml")
        let payload = #"{"speed_kbps":8,"time":2,"download_ms":5,"status":"s"}"#
        #expect(base.variant == nil)
        #expect(base.variants == ["simulator", "esp32"])
        #expect(base.read("a/1", payload)?.bytesPerSecond == 8_192)
        #expect(base.read("a/1", payload)?.duration == .seconds(2))
        let esp32 = try Dialect.load(yaml: Self.yaml, origin: "mine.yaml", variant: "esp32")
        #expect(esp32.name == "mine")
        #expect(esp32.variant == "esp32")
        #expect(esp32.read("a/1", payload)?.bytesPerSecond == 1_000)
        #expect(esp32.read("a/1", payload)?.duration == .microseconds(5))
        #expect(esp32.read("a/1", payload)?.code == "s")
    }

    @Test func `selects variants in a set, and says what there is`() throws {
        let set = DialectSet([try Dialect.load(yaml: Self.yaml, origin: "mine.yaml")])
        #expect(try set.selecting(variants: ["ours": "esp32"])["mine"]?.variant == "esp32")
        #expect(try set.selecting(variants: [:])["mine"]?.variant == nil)
        #expect(
            throws: DialectError.noSuchVariant(dialect: "mine", variant: "x", known: ["simulator", "esp32"])
        ) {
            try set.selecting(variants: ["mine": "x"])
        }
        let error = DialectError.noSuchDialect(name: "x", known: ["mine"])
        #expect(throws: error) { try set.selecting(variants: ["x": "esp32"]) }
        #expect(error.description == "no dialect x; write one of mine")
    }

    @Test func `knows what a definition says of the whole`() throws {
        let dialect = try Dialect.load(yaml: Self.yaml, origin: "mine.yaml")
        #expect(dialect.definitionVersion == 3)
        #expect(DialectSet([dialect])["ours"]?.name == "mine")
        #expect(dialect.correlation == CorrelationRules(scope: .deployment, kindSeparator: "-"))
        #expect(dialect.secrets == ["token", "sign"])
        #expect(dialect.unseen == [.accept])
        #expect(
            dialect.invisible.map(\.what) == ["only the asking connection is answered", "the radio phase"]
        )
    }

    @Test(
        arguments: [
            ("    m: {speed: {unit: furlong}}", "unknown unit `furlong`"),
            ("    x: {}", "variant bad changes unknown message `x`"),
            ("    m: {url: u}", "variant bad changes unknown field `url` of m"),
        ]
    )
    func `checks every variant when a definition is loaded`(change: String, problem: String) throws {
        let yaml = Self.yaml.replacing("  esp32:", with: "  bad:\n\(change)\n  esp32:")
        let error = try #require(throws: DialectError.self) {
            try Dialect.load(yaml: yaml, origin: "mine.yaml")
        }
        #expect(error.description.hasPrefix("mine.yaml:13: \(problem)"), "\(error)")
    }
}
