// TCP as a tap sees it: out of order, twice, with holes, reset, reused.

import Testing
import Traffic
import Wire

private func openTap(limits: WireLimits = WireLimits(), clientSequence: UInt32 = 1_000) -> Tap {
    let tap = Tap(limits: limits, clientSequence: clientSequence)
    tap.open()
    return tap
}

private let one = MQTTBytes.publish("t", "one")
private let two = MQTTBytes.publish("t", "two")
private let allLines = ["CONNECT", "PUBLISH t one", "PUBLISH t two"]

@Test func `reads a stream that wraps, out of order and twice`() {
    let tap = openTap(clientSequence: .max - 20)
    tap.send(.client, MQTTBytes.connect())
    let start = tap.sequence(.client)
    tap.segment(.client, sequence: start &+ UInt32(one.count), payload: two)
    tap.segment(.client, sequence: start, payload: one)
    tap.segment(.client, sequence: start, payload: one)
    #expect(tap.book.lines == allLines)
    #expect(tap.losses.gaps == 0)
}

@Test func `reads data that came before its handshake`() {
    let tap = Tap()
    let start = tap.sequence(.client)
    tap.segment(.client, sequence: start &+ 1, payload: MQTTBytes.connect())
    tap.segment(.client, sequence: start, flags: .syn)
    tap.skip(.client, 1 + MQTTBytes.connect().count)
    tap.send(.client, one + two)
    #expect(tap.book.lines == allLines)
    #expect(tap.book.opened.count == 1)
}

@Test func `reads data on the SYN`() {
    let tap = Tap()
    tap.segment(.client, sequence: tap.sequence(.client), flags: .syn, payload: MQTTBytes.connect())
    tap.skip(.client, 1 + MQTTBytes.connect().count)
    tap.send(.client, one + two)
    #expect(tap.book.lines == allLines)
}

@Test func `knows where a direction began from the answer to its SYN`() {
    let tap = Tap()
    tap.skip(.client, 1)
    tap.segment(.server, sequence: tap.sequence(.server), flags: [.syn, .ack])
    let start = tap.sequence(.client)
    let connect = MQTTBytes.connect()
    tap.segment(.client, sequence: start &+ UInt32(connect.count), payload: one + two)
    tap.segment(.client, sequence: start, payload: connect)
    #expect(tap.book.lines == allLines)
    #expect(tap.book.opened.first?.startsMidStream == false)
}

@Test func `gives a hole up soon after the receiver acknowledged it`() {
    let tap = openTap()
    tap.send(.client, MQTTBytes.connect())
    tap.skip(.client, 100)
    tap.send(.client, one)
    #expect(tap.losses.gaps == 0)
    tap.segment(.server, sequence: tap.sequence(.server))
    tap.wait(.milliseconds(60))
    // Any other packet lets the time pass.
    tap.receive([0])
    #expect(tap.book.lines == ["CONNECT", "PUBLISH t one"])
    #expect(tap.losses.gaps == 1)
    #expect(tap.losses.gapBytes == 100)
}

@Test func `waits for the retransmission of what nobody acknowledged`() {
    let tap = openTap()
    tap.send(.client, MQTTBytes.connect())
    let start = tap.sequence(.client)
    tap.segment(.client, sequence: start &+ UInt32(one.count), payload: two)
    tap.wait(.seconds(60))
    tap.segment(.client, sequence: start, payload: one)
    #expect(tap.book.lines == allLines)
    #expect(tap.losses.gaps == 0)
}

@Test func `gives a hole up when its time is over`() {
    let tap = openTap()
    tap.send(.client, MQTTBytes.connect())
    let start = tap.sequence(.client)
    tap.segment(.client, sequence: start &+ 50, payload: two)
    tap.wait(.seconds(121))
    tap.receive([0])
    #expect(tap.book.lines == ["CONNECT", "PUBLISH t two"])
}

@Test func `gives a hole up when too much waits behind it`() {
    var limits = WireLimits()
    limits.bytesPerDirection = 2_000
    let tap = openTap(limits: limits)
    tap.send(.client, MQTTBytes.connect())
    tap.skip(.client, 10)
    for _ in 0..<40 { tap.send(.client, MQTTBytes.publish("t", String(repeating: "x", count: 50))) }
    #expect(tap.losses.gaps == 1)
    #expect(tap.book.lines.count == 41)
}

@Test func `hands what waits on before a reset ends the connection`() {
    let tap = openTap()
    tap.send(.client, MQTTBytes.connect())
    tap.skip(.client, 10)
    tap.send(.client, two)
    tap.reset(.client)
    tap.send(.client, one)
    #expect(tap.book.lines == ["CONNECT", "PUBLISH t two"])
    #expect(tap.book.closed.map(\.end) == [.reset])
}

@Test func `ignores a reset that cannot be the sender's`() {
    let tap = openTap()
    tap.send(.client, MQTTBytes.connect())
    tap.segment(.client, sequence: tap.sequence(.client) &+ 1 << 30, flags: .rst)
    tap.send(.client, one + two)
    #expect(tap.book.lines == allLines)
}

@Test func `counts bytes far ahead that nobody acknowledged, and no gap before them`() {
    let tap = openTap()
    tap.send(.client, MQTTBytes.connect())
    tap.send(.server, MQTTBytes.connack)
    tap.segment(.client, sequence: tap.sequence(.client) &+ 1 << 30, payload: one)
    tap.send(.client, two)
    tap.finish()
    #expect(tap.book.lines == ["CONNECT", "CONNACK", "PUBLISH t two"])
    #expect(tap.losses.straySegments == 1)
    #expect(tap.losses.gaps == 0)
}

@Test func `begins anew when the ports are used again`() {
    let tap = openTap()
    tap.send(.client, MQTTBytes.connect("first"))
    tap.close()
    tap.skip(.client, 90_000)
    tap.skip(.server, 70_000)
    tap.open()
    tap.send(.client, MQTTBytes.connect("second"))
    #expect(tap.book.introduced.map(\.clientID) == ["first", "second"])
    #expect(tap.book.introduced.map(\.number) == [1, 2])
}

@Test func `ends a connection whose end was not captured when its ports are used again`() {
    let tap = openTap()
    tap.send(.client, MQTTBytes.connect("first"))
    tap.skip(.client, 90_000)
    tap.skip(.server, 70_000)
    tap.open()
    tap.send(.client, MQTTBytes.connect("second"))
    #expect(tap.book.closed.map(\.end) == [.replaced])
    #expect(tap.book.introduced.map(\.clientID) == ["first", "second"])
}

@Test func `takes no late copy for a new connection`() {
    let tap = openTap()
    let start = tap.sequence(.client)
    tap.send(.client, MQTTBytes.connect())
    tap.close()
    tap.segment(.client, sequence: start, payload: MQTTBytes.connect())
    tap.segment(.client, sequence: start &- 1, flags: .syn)
    tap.finish()
    #expect(tap.book.opened.count == 1)
    #expect(tap.book.lines == ["CONNECT"])
}

@Test func `uses what the snap length left and counts the rest as missing`() {
    let tap = openTap()
    let start = tap.sequence(.client)
    tap.send(.client, MQTTBytes.connect())
    let large = MQTTBytes.publish("big", String(repeating: "x", count: 200))
    let sequence = tap.sequence(.client)
    tap.segment(.client, sequence: sequence, payload: large, captured: 14 + 20 + 20 + 100)
    tap.skip(.client, large.count)
    tap.send(.client, one)
    tap.finish()
    #expect(sequence != start)
    #expect(tap.book.lines == ["CONNECT", "PUBLISH t one"])
    #expect(tap.losses.cutPackets == 1)
    #expect(tap.losses.gapBytes == Int64(large.count - 100))
}

@Test func `reads each direction alone when only one was captured`() {
    let upwards = Tap()
    upwards.segment(.client, sequence: upwards.sequence(.client), flags: .syn)
    upwards.skip(.client, 1)
    upwards.send(.client, MQTTBytes.connect() + one + two)
    #expect(upwards.book.lines == allLines)
    let downwards = Tap()
    downwards.segment(.server, sequence: downwards.sequence(.server), flags: [.syn, .ack])
    downwards.skip(.server, 1)
    downwards.send(.server, MQTTBytes.connack + one)
    #expect(downwards.book.lines == ["CONNACK", "PUBLISH t one"])
    #expect(downwards.book.packets.last?.direction == .fromBroker)
}
