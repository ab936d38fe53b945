// Addresses as text.

import Testing
import Traffic

@Test(
    arguments: [
        (0x2001_0db8_0000_0000, 0x0000_0000_0000_0001, "2001:db8::1"),
        (0x2001_0618_0400_0000, 0x0000_0000_5199_cc70, "2001:618:400::5199:cc70"),
        (0x2001_0618_0001_8000, 0x0000_0000_0000_0005, "2001:618:1:8000::5"),
        (0, 1, "::1"),
        (0, 0, "::"),
        (0xfe80_0000_0000_0000, 0x0001_0000_0000_0002, "fe80::1:0:0:2"),
        (0x0001_0000_0002_0003, 0x0004_0005_0006_0007, "1:0:2:3:4:5:6:7"),
    ] as [(UInt64, UInt64, String)]
)
func `writes IPv6 in its canonical form`(high: UInt64, low: UInt64, text: String) {
    #expect(IPAddress(high: high, low: low).description == text)
}

@Test func `writes endpoints so that the port is told apart`() {
    let six = Endpoint(address: IPAddress(high: 0, low: 1), port: 1883)
    let four = Endpoint(address: IPAddress(ipv4: 0x7F00_0001), port: 80)
    #expect(six.description == "[::1]:1883")
    #expect(four.description == "127.0.0.1:80")
    #expect(six.address.isLoopback && four.address.isLoopback)
}

@Test(arguments: ["127.0.0.1", "0.0.0.0", "255.255.255.255"])
func `reads dotted addresses`(text: String) throws {
    #expect(try #require(IPAddress(dotted: text)).description == text)
}

@Test(arguments: ["", "1.2.3", "1.2.3.4.5", "256.1.1.1", "01.2.3.4", "+1.2.3.4", "a.b.c.d", "1..2.3"])
func `refuses what is not a dotted address`(text: String) {
    #expect(IPAddress(dotted: text) == nil)
}
