// TCP headers, honest and lying.

import Testing
import Traffic

@testable import Wire

private let flow = Flow(source: Frames.client, destination: Frames.server)

private func read(_ bytes: [UInt8]) throws -> TCPSegment {
    try TCPSegment.read(bytes.span.bytes, in: bytes.indices, length: bytes.count)
}

@Test func `reads a TCP header`() throws {
    let segment = try read(Frames.tcp(flow, sequence: 7, acknowledgment: 9, payload: [1, 2]))
    #expect(segment.sourcePort == 40_000)
    #expect(segment.destinationPort == 8_100)
    #expect(segment.sequence == 7)
    #expect(segment.acknowledgment == 9)
    #expect(segment.payload == 20..<22)
    #expect(segment.payloadLength == 2)
}

@Test func `tells flags apart`() throws {
    let syn = try read(Frames.tcp(flow, sequence: 7, flags: .syn))
    #expect(syn.isSYN && !syn.isFIN && !syn.isRST)
    #expect(syn.acknowledgment == nil)
    #expect(try read(Frames.tcp(flow, sequence: 7, flags: [.fin, .ack])).isFIN)
    #expect(try read(Frames.tcp(flow, sequence: 7, flags: .rst)).isRST)
}

@Test func `steps over options whatever they say`() throws {
    var bytes = Frames.tcp(flow, sequence: 7, payload: [0, 0, 0, 0, 42])
    bytes[12] = 0x60
    #expect(try read(bytes).payload == 24..<25)
}

@Test(arguments: 0..<5)
func `refuses a data offset inside the header`(words: UInt8) {
    var bytes = Frames.tcp(flow, sequence: 7, payload: [1])
    bytes[12] = words << 4
    #expect(throws: WireError.malformed(at: 12)) { try read(bytes) }
}

@Test func `refuses a data offset behind the packet`() {
    var bytes = Frames.tcp(flow, sequence: 7, payload: [1])
    bytes[12] = 0xF0
    #expect(throws: WireError.truncated(needed: 60, at: 0)) { try read(bytes) }
}

@Test func `throws on every cut header`() {
    let whole = Frames.tcp(flow, sequence: 7)
    for count in 0..<whole.count {
        #expect(throws: WireError.self) { try read(Array(whole.prefix(count))) }
    }
}
