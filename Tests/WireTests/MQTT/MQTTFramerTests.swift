// Control packets cut out of chunks.

import Testing
import Traffic

@testable import Wire

/// Everything a framer finds in chunks, as frames' bytes; `!` marks malformed, `~` oversized.
private func frames(_ framer: inout MQTTFramer, _ chunks: [[UInt8]], limit: Int = 1_000) -> [[UInt8]] {
    var found: [[UInt8]] = []
    for chunk in chunks {
        var position = 0
        scan: while true {
            switch framer.next(in: chunk.span.bytes, at: &position, limit: limit) {
            case .whole(let range, _): found.append(Array(chunk[range]))
            case .joined:
                let joined = framer.takeJoined()
                found.append(joined)
                framer.reuse(joined)
            case .malformed(let range): found.append(Array("!".utf8) + chunk[range])
            case .malformedJoined: found.append(Array("!".utf8) + framer.takeJoined())
            case .oversized: found.append(Array("~".utf8))
            case .needsMore: break scan
            }
        }
    }
    return found
}

private let ping: [UInt8] = [0xC0, 0x00]
private let publish = MQTTBytes.publish("a/b", String(repeating: "x", count: 200))

@Test func `finds several packets in one chunk without copying them`() {
    var framer = MQTTFramer()
    #expect(frames(&framer, [ping + publish + ping]) == [ping, publish, ping])
    #expect(framer.cost == 0)
}

@Test func `finds the same packets for every split into two chunks`() {
    let stream = publish + ping + publish
    for split in 0...stream.count {
        var framer = MQTTFramer()
        let found = frames(&framer, [Array(stream[..<split]), Array(stream[split...])])
        #expect(found == [publish, ping, publish], "split at \(split)")
    }
}

@Test func `finds the same packets one byte at a time`() {
    var framer = MQTTFramer()
    let stream = publish + ping + publish
    #expect(frames(&framer, stream.map { [$0] }) == [publish, ping, publish])
    #expect(framer.isAtBoundary)
}

@Test func `keeps only what has arrived of a packet that claims to be huge`() {
    var framer = MQTTFramer()
    let claim: [UInt8] = [0x30, 0xFF, 0xFF, 0xFF, 0x7F, 1, 2, 3]
    #expect(frames(&framer, [claim], limit: .max).isEmpty)
    #expect(framer.cost == 8)
}

@Test func `steps over a packet beyond the bound and finds the next one`() {
    let stream = publish + ping
    for split in 0...stream.count {
        var framer = MQTTFramer()
        let chunks = [Array(stream[..<split]), Array(stream[split...])]
        let found = frames(&framer, chunks, limit: 100)
        // A packet that lies whole in a chunk costs nothing and is never too large.
        let isWhole = split == 0 || split >= publish.count
        #expect(found == (isWhole ? [publish, ping] : [Array("~".utf8), ping]), "split at \(split)")
        #expect(framer.partialCount == 0)
    }
}

@Test func `reports a fifth length byte once and reads nothing behind it`() {
    let broken: [UInt8] = [0x32, 0x80, 0x80, 0x80, 0x80, 0x01]
    for split in 0...broken.count {
        var framer = MQTTFramer()
        let found = frames(&framer, [Array(broken[..<split]), Array(broken[split...]) + ping, ping])
        #expect(found.count == 1, "split at \(split)")
        #expect(found.first?.prefix(2) == Array("!2".utf8)[...])
        #expect(!framer.isInStep)
    }
}

@Test func `stays in step over a gap inside a packet`() {
    var framer = MQTTFramer()
    #expect(frames(&framer, [Array(publish.prefix(50))]).isEmpty)
    framer.skipGap(of: 30)
    #expect(framer.isInStep)
    #expect(frames(&framer, [Array(publish.dropFirst(80)) + ping]) == [ping])
}

@Test func `is in step when a gap ends with the packet`() {
    var framer = MQTTFramer()
    _ = frames(&framer, [Array(publish.prefix(50))])
    framer.skipGap(of: Int64(publish.count - 50))
    #expect(frames(&framer, [ping]) == [ping])
}

@Test func `loses step over a gap that reaches beyond the packet`() {
    var framer = MQTTFramer()
    _ = frames(&framer, [Array(publish.prefix(50))])
    framer.skipGap(of: 300)
    #expect(!framer.isInStep)
    #expect(frames(&framer, [ping]).isEmpty)
    framer.setInStep(true)
    #expect(frames(&framer, [ping]) == [ping])
}
