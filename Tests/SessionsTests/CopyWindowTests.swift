// Pairing of equal messages among vantages.

import Testing
import Traffic

@testable import Sessions

private func fingerprint(_ topic: [UInt8], _ payload: [UInt8]) -> MessageFingerprint {
    MessageFingerprint(topic: topic.span.bytes, payload: payload.span.bytes)
}

struct CopyWindowTests {
    private let print = fingerprint([1], [2, 3])

    private func vantage(_ number: Int) -> Vantage { Vantage(recordingID: 1, connection: number) }

    private func at(_ milliseconds: Int64) -> Timestamp { Timestamp(nanoseconds: milliseconds * 1_000_000) }

    private func leg(_ vantage: Vantage, _ direction: Message.Direction = .fromBroker) -> CopyWindow.Leg {
        CopyWindow.Leg(vantage: vantage, direction: direction)
    }

    @Test func `takes what a broker echoes to its own publisher for a copy`() {
        var window = CopyWindow(limit: 10)
        #expect(window.receive(print, id: 1, on: leg(vantage(1), .toBroker), at: at(0)) == nil)
        #expect(window.receive(print, id: 2, on: leg(vantage(1), .fromBroker), at: at(1)) == 1)
        #expect(window.receive(print, id: 3, on: leg(vantage(1), .toBroker), at: at(2)) == nil)
    }

    @Test func `tells topic from payload`() {
        #expect(print == fingerprint([1], [2, 3]))
        #expect(print != fingerprint([1, 2], [3]))
        #expect(print != fingerprint([1], [3, 2]))
    }

    @Test func `pairs repeats in order, whichever source delivers first`() {
        var window = CopyWindow(limit: 10)
        #expect(window.receive(print, id: 1, on: leg(vantage(0)), at: at(0)) == nil)
        #expect(window.receive(print, id: 2, on: leg(vantage(0)), at: at(500)) == nil)
        #expect(window.receive(print, id: 3, on: leg(vantage(1)), at: at(1)) == 1)
        #expect(window.receive(print, id: 4, on: leg(vantage(1)), at: at(501)) == 2)
        #expect(window.receive(print, id: 5, on: leg(vantage(1)), at: at(502)) == nil)
        #expect(window.receive(print, id: 6, on: leg(vantage(0)), at: at(502)) == 5)
    }

    @Test(arguments: [(2_000, 1), (2_001, nil)] as [(Int64, Int64?)])
    func `keeps all sightings of one message within two seconds`(milliseconds: Int64, original: Int64?) {
        var window = CopyWindow(limit: 10)
        #expect(window.receive(print, id: 1, on: leg(vantage(0)), at: at(0)) == nil)
        #expect(window.receive(print, id: 2, on: leg(vantage(1)), at: at(1_500)) == 1)
        #expect(window.receive(print, id: 3, on: leg(vantage(2)), at: at(milliseconds)) == original)
    }

    @Test func `pairs a vantage of another recording with the same connection number`() {
        var window = CopyWindow(limit: 10)
        #expect(window.receive(print, id: 1, on: leg(vantage(0)), at: at(0)) == nil)
        let other = Vantage(recordingID: 2, connection: 0)
        #expect(window.receive(print, id: 2, on: leg(other), at: at(0)) == 1)
    }

    @Test func `forgets the oldest message when it is full`() {
        var window = CopyWindow(limit: 2)
        for id: Int64 in 1...3 {
            let next = fingerprint([], [UInt8(id)])
            #expect(window.receive(next, id: id, on: leg(vantage(0)), at: at(id)) == nil)
        }
        let first = fingerprint([], [1])
        let last = fingerprint([], [3])
        #expect(window.receive(first, id: 8, on: leg(vantage(1)), at: at(4)) == nil)
        #expect(window.receive(last, id: 9, on: leg(vantage(1)), at: at(4)) == 3)
    }

    @Test func `forgets a message after fifteen seconds`() {
        var window = CopyWindow(limit: 10)
        #expect(window.receive(print, id: 1, on: leg(vantage(0)), at: at(0)) == nil)
        let other = fingerprint([], [])
        #expect(window.receive(other, id: 2, on: leg(vantage(0)), at: at(15_001)) == nil)
        #expect(window.receive(print, id: 3, on: leg(vantage(1)), at: at(100)) == nil)
    }
}
