// Messages under way, and those that are sent again.

import Testing
import Traffic

@testable import Wire

private func publish(_ packetID: UInt16, qos: UInt8, isDuplicate: Bool = false) -> [UInt8] {
    [0x30 | qos << 1 | (isDuplicate ? 8 : 0), 0x05, 0x00, 0x01, 0x74] + Frames.big(packetID)
}

private func answer(_ first: UInt8, _ packetID: UInt16) -> [UInt8] { [first, 0x02] + Frames.big(packetID) }

private let (puback, pubrec, pubrel, pubcomp): (UInt8, UInt8, UInt8, UInt8) = (0x40, 0x50, 0x62, 0x70)

/// Which PUBLISH packets of a connection are redeliveries.
private func redeliveries(in tap: Tap) -> [Bool] {
    tap.book.packets.filter { $0.packet.kind == .publish }.map(\.packet.isRedelivery)
}

private func play(_ turns: [(Tap.Sender, [UInt8])]) -> [Bool] {
    let tap = Tap()
    tap.open()
    tap.send(.client, MQTTBytes.connect())
    tap.send(.server, MQTTBytes.connack)
    for (sender, bytes) in turns { tap.send(sender, bytes) }
    return redeliveries(in: tap)
}

@Test func `takes a repeated PUBLISH at QoS 1 for the same until its PUBACK`() {
    let again = publish(1, qos: 1, isDuplicate: true)
    #expect(
        play([(.client, publish(1, qos: 1)), (.client, again), (.client, again)]) == [false, true, true]
    )
    // Acknowledged: DUP or not, it is a new one.
    #expect(
        play([(.client, publish(1, qos: 1)), (.server, answer(puback, 1)), (.client, again)]) == [
            false, false,
        ]
    )
    // Without DUP the id was used anew, and the PUBACK overlooked.
    #expect(play([(.client, publish(1, qos: 1)), (.client, publish(1, qos: 1))]) == [false, false])
}

@Test func `takes a PUBLISH at QoS 2 for the same until PUBREL, with DUP or without`() {
    for isDuplicate in [false, true] {
        let again = publish(1, qos: 2, isDuplicate: isDuplicate)
        let open = play([(.client, publish(1, qos: 2)), (.server, answer(pubrec, 1)), (.client, again)])
        #expect(open == [false, true])
        let released = play([(.client, publish(1, qos: 2)), (.client, answer(pubrel, 1)), (.client, again)])
        #expect(released == [false, false])
        let done = play([
            (.client, publish(1, qos: 2)), (.server, answer(pubrec, 1)), (.client, answer(pubrel, 1)),
            (.server, answer(pubcomp, 1)), (.client, again),
        ])
        #expect(done == [false, false])
    }
}

@Test func `keeps directions and packet ids apart`() {
    let again = publish(1, qos: 1, isDuplicate: true)
    #expect(play([(.client, publish(1, qos: 1)), (.server, again)]) == [false, false])
    #expect(
        play([(.client, publish(1, qos: 1)), (.client, publish(2, qos: 1, isDuplicate: true))]) == [
            false, false,
        ]
    )
    // The client's PUBACK belongs to the broker's message.
    #expect(
        play([(.client, publish(1, qos: 1)), (.client, answer(puback, 1)), (.client, again)]) == [
            false, true,
        ]
    )
}

@Test func `takes a refused PUBREC for the end`() {
    var window = MQTTDeliveryWindow()
    let isRepeated = window.publish(1, qos: .exactlyOnce, isDuplicate: false)
    #expect(!isRepeated)
    window.acknowledge(1, with: .pubrec, reason: 0x97)
    #expect(window.count == 0)
}

@Test func `remembers a bounded number of packet ids and forgets the oldest`() {
    var window = MQTTDeliveryWindow()
    for packetID in 1...UInt16(MQTTDeliveryWindow.limit + 1) {
        let isRepeated = window.publish(packetID, qos: .atLeastOnce, isDuplicate: false)
        #expect(!isRepeated)
    }
    #expect(window.count == MQTTDeliveryWindow.limit)
    let isSecondKnown = window.publish(2, qos: .atLeastOnce, isDuplicate: true)
    let isFirstKnown = window.publish(1, qos: .atLeastOnce, isDuplicate: true)
    #expect(isSecondKnown && !isFirstKnown)
}

/// CONNECT of 3.1.1 and its CONNACK.
private func greet(_ tap: Tap, isClean: Bool, isPresent: Bool) {
    let connect = MQTTBytes.connect().enumerated().map { $0 == 9 ? (isClean ? 0x02 : 0x00) : $1 }
    tap.send(.client, connect)
    tap.send(.server, [0x20, 0x02, isPresent ? 0x01 : 0x00, 0x00])
}

@Test(arguments: [true, false])
func `knows a redelivery on the connection that resumes the session, and only there`(isPresent: Bool) {
    let tap = Tap()
    tap.open()
    greet(tap, isClean: false, isPresent: false)
    tap.send(.server, publish(7, qos: 1))
    tap.close()
    tap.open()
    greet(tap, isClean: false, isPresent: isPresent)
    tap.send(.server, publish(7, qos: 1, isDuplicate: true))
    #expect(redeliveries(in: tap) == [false, isPresent])
}

@Test func `knows a redelivery after a takeover, while the first connection is still open`() {
    let first = Tap()
    first.open()
    greet(first, isClean: false, isPresent: false)
    first.send(.server, publish(7, qos: 2))
    // The same decoder sees the second connection from another port.
    first.move(toClientPort: 40_001)
    first.open()
    greet(first, isClean: false, isPresent: true)
    first.send(.server, publish(7, qos: 2, isDuplicate: true))
    #expect(redeliveries(in: first) == [false, true])
}

@Test func `keeps nothing of a clean session`() {
    let tap = Tap()
    tap.open()
    greet(tap, isClean: true, isPresent: false)
    tap.send(.server, publish(7, qos: 1))
    tap.close()
    tap.open()
    greet(tap, isClean: false, isPresent: true)
    tap.send(.server, publish(7, qos: 1, isDuplicate: true))
    #expect(redeliveries(in: tap) == [false, false])
}

@Test func `remembers a bounded number of sessions and forgets the oldest`() throws {
    var sessions = MQTTSessions()
    var packet = ControlPacket(firstByte: 0x3A, version: .v311)
    packet.packetID = 1
    var count: Int64 = 0
    let resumed = sessions.resume("dev-0", of: Frames.server, limit: 3, forgotten: &count)
    let first = try #require(resumed)
    let isRepeated = [0, 1].map { _ in sessions.follow(packet, of: first, isFromClient: true) }
    #expect(isRepeated == [false, true])
    for number in 1...3 {
        _ = sessions.resume("dev-\(number)", of: Frames.server, limit: 3, forgotten: &count)
    }
    #expect(sessions.count == 3 && count == 1)
    let forgotten = sessions.follow(packet, of: first, isFromClient: true)
    #expect(forgotten == nil)
    var none = MQTTSessions()
    let refused = none.resume("dev", of: Frames.server, limit: 0, forgotten: &count)
    #expect(refused == nil && count == 2)
}
