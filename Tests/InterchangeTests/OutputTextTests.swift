// What is written byte by byte reads as what the house's texts say.

import Testing
import Traffic

@testable import Interchange

private func written(_ write: (inout OutputText) -> Void) -> String {
    var text = OutputText()
    write(&text)
    return text.string
}

@Test(
    arguments: [
        0, 1, 999, 1_000, -1, 1_500_000_000_123_456_789, 951_782_400_000_000_000, .max, .min,
    ] as [Int64]
)
func `writes times and numbers as they describe themselves`(number: Int64) {
    let time = Timestamp(nanoseconds: number)
    #expect(written { $0.append(time) } == time.text(decimals: 6))
    #expect(written { $0.append(number) } == String(number))
}

@Test func `writes a byte as a number`() {
    #expect(written { $0.append(UInt8(65)) } == "65")
}

@Test func `writes addresses as they describe themselves`() {
    let addresses = [
        IPAddress(ipv4: 0), IPAddress(ipv4: .max), IPAddress(ipv4: 0x0A00_6401), IPAddress(high: 0, low: 1),
        IPAddress(high: 0x2001_0DB8_0000_0000, low: 0xFF),
    ]
    for address in addresses {
        for port in [0, 9, 1_883, .max] as [UInt16] {
            let endpoint = Endpoint(address: address, port: port)
            #expect(written { $0.append(endpoint) } == endpoint.description)
        }
    }
}

@Test(arguments: [
    "", "v1/a", "quo\"te", "back\\slash", "tab\t", "new\nline", "\u{1B}[2J", "ü", "\u{202E}", "\u{7F}",
    "token=abc&x=1", "http://user:pw@host/", "\u{FEFF}",
])
func `escapes and masks a topic as a whole text`(topic: String) {
    let bytes = Array(topic.utf8)
    #expect(written { $0.append(quoted: topic) } == JSONText.quoted(topic))
    #expect(written { $0.append(escaped: topic) } == TerminalText.escaped(topic))
    for masked in [true, false] {
        let shown = masked ? Secrets.masked(topic) : topic
        #expect(written { $0.append(quoted: bytes, masked: masked) } == JSONText.quoted(shown))
        #expect(written { $0.append(escaped: bytes, masked: masked) } == TerminalText.escaped(shown))
    }
}

@Test func `repairs a topic that is not UTF-8`() {
    #expect(written { $0.append(quoted: [0x61, 0xFF], masked: true) } == "\"a\u{FFFD}\"")
}

@Test func `separates fields with commas, of objects in objects too`() {
    let line = written { text in
        text.beginObject()
        text.add("a", "{")
        text.beginField("b")
        text.beginObject()
        text.endObject()
        text.add("c", nil as Int?)
        text.add("d", false)
        text.endObject()
    }
    #expect(line == #"{"a":"{","b":{},"d":false}"#)
}
