// DNS messages: what is read, and that nothing else harms.

import Testing
import Traffic

@testable import Wire

struct DNSMessageTests {
    private static let whole = DNSBytes.response(
        "fw.ota.example",
        answers: [.alias, .address([10, 0, 0, 2]), .address(Array(repeating: 0xFD, count: 16))]
    )

    private static func read(_ bytes: [UInt8], at start: Int = 0) throws(WireError) -> DNSMessage? {
        let frame = [UInt8](repeating: 0xFF, count: start) + bytes
        return try DNSMessage.read(frame.span.bytes, in: start..<frame.count)
    }

    @Test(arguments: [0, 42])
    func `reads an answer with an alias and addresses, wherever it lies in the frame`(start: Int) throws {
        let message = try #require(try Self.read(Self.whole, at: start))
        #expect(
            message.name == "fw.ota.example" && message.isResponse && message.isWhole && message.code == 0
        )
        #expect(
            message.addresses.map(\.description) == ["10.0.0.2", "fdfd:fdfd:fdfd:fdfd:fdfd:fdfd:fdfd:fdfd"]
        )
    }

    @Test func `says of every prefix that it is cut, and never reads beyond it`() throws {
        let question = 12 + DNSBytes.name("fw.ota.example").count + 4
        for count in 0..<Self.whole.count {
            let prefix = Array(Self.whole.prefix(count))
            if count < question {
                #expect(throws: WireError.self) { try Self.read(prefix) }
            } else {
                #expect(try Self.read(prefix)?.isWhole == false)
            }
        }
    }

    @Test func `reads a name that goes on elsewhere`() throws {
        // The question's name is one label and a pointer to the answer section's bytes before it: the header's end.
        var bytes = DNSBytes.query("x")
        bytes.replaceSubrange(4..<12, with: [0, 1, 0, 0, 1, 0x61, 0, 0])
        bytes.replaceSubrange(12..<15, with: [1, 0x42, 0xC0, 8])
        #expect(try Self.read(bytes)?.name == "b.a")
    }

    @Test(arguments: [[0xC0, 12], [0xC0, 13, 0xC0, 12], [1, 0x61, 0xC0, 12], [0xC0, 200], [0x40], [0x80]])
    func `refuses names that lead to themselves, ahead, or nowhere known`(name: [UInt8]) {
        let bytes = DNSBytes.query("").prefix(12) + name + [0, 1, 0, 1]
        #expect(throws: WireError.self) { try Self.read(Array(bytes)) }
    }

    @Test func `refuses a name of more than 255 bytes, and takes one of 255`() throws {
        let label = String(repeating: "a", count: 62)
        let most = [label, label, label, String(repeating: "b", count: 64 - 3)].joined(separator: ".")
        #expect(DNSBytes.name(most).count == 252)
        #expect(try Self.read(DNSBytes.query(most + ".xy"))?.name.utf8.count == 253)
        #expect(throws: WireError.self) { try Self.read(DNSBytes.query(most + ".xyz")) }
    }

    @Test func `writes bytes that are no text as numbers`() throws {
        var bytes = DNSBytes.query("abcd")
        bytes.replaceSubrange(13..<17, with: [0x1B, 0x2E, 0x5C, 0xE4])
        #expect(try Self.read(bytes)?.name == #"\027\.\\\228"#)
    }

    @Test func `passes over other questions`() throws {
        #expect(try Self.read(DNSBytes.query("a", type: 12)) == nil)
        var several = DNSBytes.query("a")
        several[5] = 2
        #expect(try Self.read(several) == nil)
        var update = DNSBytes.query("a")
        update[2] = 0x28
        #expect(try Self.read(update) == nil)
    }

    @Test func `reads sixteen addresses of an answer and no more`() throws {
        let answers = (0..<40).map { DNSBytes.Answer.address([10, 0, 0, $0]) }
        #expect(try Self.read(DNSBytes.response("a", answers: answers))?.addresses.count == 16)
    }

    @Test func `survives any bytes`() {
        var generator = SeededGenerator(seed: 53)
        for _ in 0..<20_000 {
            var bytes = Self.whole
            for _ in 0..<Int.random(in: 1...6, using: &generator) {
                bytes[Int.random(in: 0..<bytes.count, using: &generator)] = .random(
                    in: 0...255,
                    using: &generator
                )
            }
            bytes.removeLast(Int.random(in: 0..<bytes.count, using: &generator))
            let message = try? Self.read(bytes)
            #expect((message?.name.utf8.count ?? 0) <= 4 * 255)
            #expect((message?.addresses.count ?? 0) <= DNSMessage.mostAddresses)
        }
    }
}
