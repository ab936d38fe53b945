// Connections that were asked for and did not come about.

import Testing
import Traffic
import Wire

@Test func `tells of a connection that was refused`() {
    let tap = Tap()
    tap.segment(.client, sequence: 1_000, flags: .syn)
    tap.skip(.client, 1)
    tap.segment(.server, sequence: 0, flags: [.rst, .ack])
    #expect(
        tap.book.unreached == [
            UnreachedServer(
                client: Frames.client,
                server: Frames.server,
                name: nil,
                startedAt: Timestamp(seconds: 1_000),
                endedAt: Timestamp(seconds: 1_000).advanced(by: .milliseconds(1)),
                count: 1,
                cause: .refused
            )
        ]
    )
}

@Test func `tells of a connection that nobody answered, once the capture ends`() {
    let tap = Tap()
    for _ in 0..<3 {
        tap.segment(.client, sequence: 1_000, flags: .syn)
        tap.wait(.seconds(1))
    }
    #expect(tap.book.unreached.isEmpty)
    tap.finish()
    #expect(tap.book.unreached.map(\.cause) == [.unanswered])
    #expect(tap.book.unreached.map(\.count) == [3])
}

@Test func `tells of a connection that nobody has answered while the capture goes on, and once`() {
    let tap = Tap()
    for pause in [1, 2, 4] {
        tap.segment(.client, sequence: 1_000, flags: .syn)
        tap.wait(.seconds(pause))
    }
    #expect(tap.book.unreached.isEmpty)
    // Any packet moves the time on; the server's answer comes too late to be none.
    tap.skip(.client, 1)
    tap.segment(.server, sequence: 5_000, flags: [.syn, .ack])
    tap.segment(.client, sequence: 1_001)
    #expect(tap.book.unreached.isEmpty)
    tap.move(toClientPort: 40_001)
    for pause in [1, 2, 4, 1] {
        tap.segment(.client, sequence: 1_000, flags: .syn)
        tap.wait(.seconds(pause))
    }
    #expect(tap.book.unreached.map(\.client.port) == [40_001])
    #expect(tap.book.unreached.map(\.cause) == [.unanswered])
    #expect(tap.book.unreached.map(\.count) == [4])
    tap.finish()
    #expect(tap.book.unreached.count == 1)
}

@Test(arguments: [1, 2])
func `says nothing of a single SYN at the end of the capture, seen once or on two interfaces`(sights: Int) {
    let tap = Tap()
    for _ in 0..<sights { tap.segment(.client, sequence: 1_000, flags: .syn) }
    tap.finish()
    #expect(tap.book.unreached.isEmpty)
}

@Test func `does not take a reset for a refusal that does not acknowledge the SYN`() {
    let tap = Tap()
    tap.segment(.client, sequence: 1_000, flags: .syn)
    tap.segment(.server, sequence: 0, flags: [.rst, .ack])
    tap.finish()
    #expect(tap.book.unreached.isEmpty)
}

@Test func `says nothing of connections that came about, however they ended`() {
    let tap = Tap()
    tap.open()
    tap.reset(.server)
    tap.move(toClientPort: 40_001)
    tap.open()
    tap.finish()
    #expect(tap.book.unreached.isEmpty)
}

@Test func `tells of so many refusals a second and counts the rest`() {
    var limits = WireLimits()
    limits.unreachedPerSecond = 2
    let tap = Tap(limits: limits)
    func refuse(_ ports: ClosedRange<UInt16>) {
        for port in ports {
            tap.move(toClientPort: port)
            tap.segment(.client, sequence: tap.sequence(.client), flags: .syn)
            tap.skip(.client, 1)
            tap.segment(.server, sequence: 0, flags: [.rst, .ack])
        }
    }
    refuse(1...5)
    #expect(tap.book.unreached.map(\.client.port) == [1, 2])
    #expect(tap.losses.unreachedNotKept == 3)
    tap.wait(.seconds(1))
    refuse(6...6)
    #expect(tap.book.unreached.map(\.client.port) == [1, 2, 6])
}
