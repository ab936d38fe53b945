// The same bytes again, and other bytes in their place. RFC 9293 §3.8.

import Testing
import Traffic
import Wire

private let one = MQTTBytes.publish("t", "one")
private let two = MQTTBytes.publish("t", "two")
private let forged = MQTTBytes.publish("t", "bad")

/// A connection that has said CONNECT, and the sequence number that follows.
private func introducedTap() -> (Tap, UInt32) {
    let tap = Tap()
    tap.open()
    tap.send(.client, MQTTBytes.connect())
    return (tap, tap.sequence(.client))
}

@Test func `counts a retransmission with other content and reads the first copy`() {
    let (tap, start) = introducedTap()
    tap.send(.client, one)
    tap.segment(.client, sequence: start, payload: forged)
    #expect(tap.losses.conflictingRetransmissions == 1)
    #expect(tap.book.lines == ["CONNECT", "PUBLISH t one"])
}

@Test func `counts no conflict when the content is the same`() {
    let (tap, start) = introducedTap()
    tap.send(.client, one)
    tap.send(.client, two)
    tap.segment(.client, sequence: start, payload: one)
    tap.segment(.client, sequence: start, payload: one + two)
    tap.segment(.client, sequence: start, payload: one + two + one)
    #expect(tap.losses == Losses())
    #expect(tap.book.lines.count == 4)
}

@Test func `compares every segment that a larger retransmission repeats`() {
    let (tap, start) = introducedTap()
    tap.send(.client, one)
    tap.send(.client, two)
    tap.segment(.client, sequence: start, payload: one + forged)
    #expect(tap.losses.conflictingRetransmissions == 1)
    #expect(tap.book.lines == ["CONNECT", "PUBLISH t one", "PUBLISH t two"])
}

@Test func `counts a conflict between copies that both wait behind a hole`() {
    let (tap, start) = introducedTap()
    let second = start &+ UInt32(one.count)
    tap.segment(.client, sequence: second, payload: two)
    tap.segment(.client, sequence: second, payload: forged)
    tap.segment(.client, sequence: second &+ 2, payload: Array(two.dropFirst(2)))
    tap.segment(.client, sequence: start, payload: one)
    #expect(tap.losses.conflictingRetransmissions == 1)
    #expect(tap.book.lines == ["CONNECT", "PUBLISH t one", "PUBLISH t two"])
}

@Test func `compares with what waited before it was read`() {
    let (tap, start) = introducedTap()
    let second = start &+ UInt32(one.count)
    tap.segment(.client, sequence: second, payload: two)
    tap.segment(.client, sequence: start, payload: one)
    tap.segment(.client, sequence: second, payload: forged)
    #expect(tap.losses.conflictingRetransmissions == 1)
}

@Test func `remembers no more segments than it may`() {
    var limits = WireLimits()
    limits.rememberedSegments = 0
    let tap = Tap(limits: limits)
    tap.open()
    let start = tap.sequence(.client)
    tap.send(.client, MQTTBytes.connect("a"))
    tap.segment(.client, sequence: start, payload: MQTTBytes.connect("b"))
    #expect(tap.losses == Losses())
}

@Test(arguments: [0, 0xFF, 0x30] as [UInt8])
func `takes the byte of a keep-alive for no content`(garbage: UInt8) {
    let (tap, start) = introducedTap()
    tap.segment(.client, sequence: start &- 1, payload: [garbage])
    tap.segment(.server, sequence: tap.sequence(.server) &- 1, payload: [garbage])
    tap.send(.client, one)
    tap.segment(.client, sequence: tap.sequence(.client) &- 1, payload: [garbage])
    tap.send(.client, two)
    tap.send(.server, MQTTBytes.connack)
    #expect(tap.losses == Losses())
    #expect(tap.book.lines == ["CONNECT", "PUBLISH t one", "PUBLISH t two", "CONNACK"])
}

@Test func `takes the byte of a keep-alive for no content where the connection was entered midway`() {
    let tap = Tap()
    tap.send(.client, one)
    // The server's direction begins with a keep-alive of what the client has acknowledged.
    tap.segment(.server, sequence: tap.sequence(.server) &- 1, payload: [0x20])
    tap.send(.server, two)
    #expect(tap.book.lines == ["PUBLISH t one", "PUBLISH t two"])
    #expect(tap.losses == Losses())
}

@Test func `reads the bytes that probe a closed window once`() {
    let (tap, start) = introducedTap()
    // RFC 9293 §3.8.6.1: a probe carries the next byte, which is sent again with the rest when the window opens.
    for _ in 0..<3 { tap.segment(.client, sequence: start, payload: [one[0]]) }
    tap.segment(.client, sequence: start, payload: one)
    tap.skip(.client, one.count)
    tap.send(.client, two)
    #expect(tap.book.lines == ["CONNECT", "PUBLISH t one", "PUBLISH t two"])
    #expect(tap.losses == Losses())
}

@Test(arguments: 0..<30 as Range<UInt64>)
func `reads the same from segments shuffled, repeated and overlapping`(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let lines = (0..<30).map { "PUBLISH t \($0)" }
    let stream = (0..<30).reduce(into: MQTTBytes.connect()) { $0 += MQTTBytes.publish("t", "\($1)") }
    // Near the end of the sequence space, so that some runs wrap in every place.
    let tap = Tap(clientSequence: .max - UInt32.random(in: 0..<200, using: &random))
    tap.open()
    let start = tap.sequence(.client)
    var pieces: [Range<Int>] = []
    var offset = 0
    while offset < stream.count {
        let end = min(stream.count, offset + Int.random(in: 1...40, using: &random))
        pieces.append(max(0, offset - Int.random(in: 0...9, using: &random))..<end)
        offset = end
    }
    for piece in (pieces + pieces.prefix(8)).shuffled(using: &random) {
        tap.segment(.client, sequence: start &+ UInt32(piece.lowerBound), payload: Array(stream[piece]))
    }
    #expect(tap.book.lines == ["CONNECT"] + lines)
    #expect(tap.losses == Losses())
}

@Test func `reads the same for every place at which a stream is split in two segments`() {
    let stream = MQTTBytes.connect() + one + two
    for place in 1..<stream.count {
        for isReversed in [false, true] {
            let tap = Tap()
            tap.open()
            let start = tap.sequence(.client)
            let parts = [0..<place, place..<stream.count]
            for part in isReversed ? parts.reversed() : parts {
                tap.segment(.client, sequence: start &+ UInt32(part.lowerBound), payload: Array(stream[part]))
            }
            #expect(tap.book.lines == ["CONNECT", "PUBLISH t one", "PUBLISH t two"], "split at \(place)")
        }
    }
}
