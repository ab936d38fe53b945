// Frames cut out of chunks.

import Testing

@testable import Wire

/// The message bytes that a reader finds, unmasked; `~` marks an unreadable message, `!` a broken frame.
private func read(_ chunks: [[UInt8]]) -> [UInt8] {
    var reader = WebSocketReader()
    var found: [UInt8] = []
    var buffer: [UInt8] = []
    for chunk in chunks {
        var position = 0
        scan: while true {
            switch reader.next(in: chunk.span.bytes, at: &position) {
            case .bytes(let range, let mask?):
                mask.unmask(chunk.span.bytes.extracting(range), into: &buffer)
                found += buffer
            case .bytes(let range, nil): found += chunk[range]
            case .unreadable: found += Array("~".utf8)
            case .broken: found += Array("!".utf8)
            case .needsMore: break scan
            }
        }
        #expect(reader.cost <= WebSocketHeader.longest)
    }
    return found
}

@Test(arguments: [0, 1, 125, 126, 127, 65_535, 65_536])
func `reads lengths of one, two and eight bytes`(count: Int) {
    let payload = [UInt8](repeating: 0x61, count: count)
    let end = Array("end".utf8)
    #expect(read([WebSocketBytes.client(payload) + WebSocketBytes.client(end)]) == payload + end)
    #expect(read([WebSocketBytes.frame(payload) + WebSocketBytes.frame(end)]) == payload + end)
}

@Test func `reads a fragmented message with control frames between, for every split and byte by byte`() {
    let stream =
        WebSocketBytes.client(Array("one ".utf8), first: 0x02)
        + WebSocketBytes.client([1, 2, 3], first: 0x89)
        + WebSocketBytes.client(Array("two ".utf8), first: 0x00) + WebSocketBytes.client([], first: 0x8A)
        + WebSocketBytes.client(Array("three".utf8), first: 0x80)
    let expected = Array("one two three".utf8)
    for split in 0...stream.count {
        #expect(read([Array(stream[..<split]), Array(stream[split...])]) == expected, "split at \(split)")
    }
    #expect(read(stream.map { [$0] }) == expected)
}

@Test func `finds the beginning of the message on every prefix`() {
    let stream = WebSocketBytes.client(Array("payload".utf8))
    for count in 0...stream.count {
        let expected = Array("payload".utf8.prefix(max(0, count - 6)))
        #expect(read([Array(stream.prefix(count))]) == expected, "\(count) bytes")
    }
}

@Test func `steps over a compressed message with all its frames, and over text`() {
    let compressed = WebSocketBytes.frame([1, 2], first: 0x42) + WebSocketBytes.frame([3], first: 0x80)
    let text = WebSocketBytes.frame([0x10], first: 0x81)
    #expect(read([compressed + WebSocketBytes.frame([9]) + text]) == [0x7E, 9, 0x7E])
}

@Test func `reads nothing behind a close frame`() {
    #expect(read([WebSocketBytes.frame([0x03, 0xE8], first: 0x88) + WebSocketBytes.frame([1])]).isEmpty)
}

@Test(
    arguments: [
        // Reserved bit, reserved opcode, fragmented ping, ping of 126 bytes, compressed ping.
        [0xA2, 0x00], [0x83, 0x00], [0x09, 0x00], [0x89, 0x7E, 0x00, 0x7E], [0xC9, 0x00],
        // Lengths in more bytes than they need, and one with the highest bit.
        [0x82, 0x7E, 0x00, 0x7D], [0x82, 0x7F, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF],
        [0x82, 0x7F, 0x80, 0, 0, 0, 0, 1, 0, 0],
    ] as [[UInt8]]
)
func `is lost at what cannot be a frame`(head: [UInt8]) {
    #expect(read([head + WebSocketBytes.frame([1])]) == Array("!".utf8))
    #expect(read(head.map { [$0] } + [WebSocketBytes.frame([1])]) == Array("!".utf8))
}

@Test func `stays in step over a gap inside a frame, mask and all`() throws {
    var reader = WebSocketReader()
    let stream = WebSocketBytes.client(Array("0123456789".utf8)) + WebSocketBytes.client(Array("x".utf8))
    var position = 0
    let start = Array(stream.prefix(8))
    _ = reader.next(in: start.span.bytes, at: &position)
    let missing = reader.skipGap(of: 5)
    #expect(missing == 5)
    let rest = Array(stream.dropFirst(13))
    position = 0
    var buffer: [UInt8] = []
    guard case .bytes(let range, let mask?) = reader.next(in: rest.span.bytes, at: &position) else {
        Issue.record("no bytes behind the gap")
        return
    }
    mask.unmask(rest.span.bytes.extracting(range), into: &buffer)
    #expect(buffer == Array("789".utf8))
    let unknown = reader.skipGap(of: 100)
    #expect(unknown == nil)
    #expect(reader.isLost)
}
