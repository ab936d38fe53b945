// What is taken out of a socket, and what is left there for libmosquitto.

import Glibc
import Testing
import Traffic

@testable import BrokerLink

struct PublishIntakeTests {
    private static func publish(_ payload: [UInt8], topic: String = "t", packetID: UInt16? = nil) -> [UInt8] {
        var body: [UInt8] = [0, UInt8(topic.utf8.count)] + Array(topic.utf8)
        if let packetID { body += [UInt8(packetID >> 8), UInt8(packetID & 0xFF)] }
        body += payload
        var length: [UInt8] = []
        var rest = body.count
        repeat {
            length.append(UInt8(rest & 0x7F) | (rest > 0x7F ? 0x80 : 0))
            rest >>= 7
        } while rest > 0
        return [packetID == nil ? 0x30 : 0x32] + length + body
    }

    /// Reads until there is nothing more to be had.
    private func read(
        _ intake: inout PublishIntake,
        _ pair: SocketPair,
        _ batch: inout DeliveryBatch
    ) -> PublishIntake.Stop {
        while true {
            let stop = intake.read(pair.near, into: &batch)
            if stop != .paused { return stop }
        }
    }

    private func payloads(_ batch: DeliveryBatch) -> [[UInt8]] {
        batch.entries.map { Delivery($0, of: batch).payload }
    }

    @Test func `takes the same deliveries wherever the stream is cut, and leaves the packet behind them`()
        throws
    {
        let large = [UInt8](repeating: 7, count: 150)
        let ours = Self.publish([1, 2]) + Self.publish(large, packetID: 0x0102) + Self.publish([])
        let theirs: [UInt8] = [0x90, 3, 0, 1, 0]
        let stream = ours + theirs
        for cut in 0...stream.count {
            let pair = try SocketPair()
            var intake = PublishIntake(version: .v311)
            var batch = DeliveryBatch()
            try pair.send(stream[..<cut])
            let first = cut == 0 ? .drained : read(&intake, pair, &batch)
            if cut > ours.count, cut < stream.count {
                let wanted = cut < ours.count + 2 ? 2 : theirs.count
                #expect(first == .foreignBegun(bytes: wanted), "cut at \(cut)")
            }
            try pair.send(stream[cut...])
            #expect(read(&intake, pair, &batch) == .foreign, "cut at \(cut)")
            #expect(payloads(batch) == [[1, 2], large, []], "cut at \(cut)")
            #expect(batch.entries.map(\.packetID) == [nil, 0x0102, nil])
            #expect(pair.unread(at: pair.near) == theirs, "cut at \(cut)")
        }
    }

    @Test func `puts together messages that are larger than what it looks at, among small ones`() throws {
        let pair = try SocketPair()
        var intake = PublishIntake(version: .v311)
        var batch = DeliveryBatch()
        let sizes = [3, PublishIntake.room - 7, 3 * PublishIntake.room + 1, 5, PublishIntake.room, 0]
        for (number, size) in sizes.enumerated() {
            let bytes = Self.publish([UInt8](repeating: UInt8(number), count: size))
            for start in stride(from: 0, to: bytes.count, by: 50_000) {
                try pair.send(bytes[start..<min(start + 50_000, bytes.count)])
                #expect(read(&intake, pair, &batch) == .drained)
            }
        }
        #expect(payloads(batch).map(\.count) == sizes)
        #expect(
            payloads(batch).enumerated().allSatisfy { number, payload in payload.allSatisfy { $0 == number } }
        )
    }

    @Test(
        arguments: [[0x34, 5, 0, 1, 0x74, 0, 9], [0x62, 2, 0, 9], [0x90, 0x80, 0x80, 0x80, 0x01, 0]]
            as [[UInt8]]
    )
    func `leaves to libmosquitto for good what it cannot hand over one by one`(packet: [UInt8]) throws {
        let pair = try SocketPair()
        var intake = PublishIntake(version: .v311)
        var batch = DeliveryBatch()
        try pair.send(Self.publish([1]) + packet)
        #expect(read(&intake, pair, &batch) == .foreignForGood)
        #expect(batch.entries.count == 1)
        #expect(pair.unread(at: pair.near) == packet)
    }

    @Test func `stops at what cannot be read, and tells an end`() throws {
        let pair = try SocketPair()
        var intake = PublishIntake(version: .v311)
        var batch = DeliveryBatch()
        #expect(intake.read(pair.near, into: &batch) == .drained)
        try pair.send(Self.publish([1]) + [0x30, 2, 0, 0])
        #expect(read(&intake, pair, &batch) == .malformed)
        #expect(batch.entries.count == 1)
        _ = pair.unread(at: pair.near)
        try pair.endSending()
        #expect(intake.read(pair.near, into: &batch) == .ended)
    }

    @Test func `says whether the broker sent it before or kept it`() throws {
        let pair = try SocketPair()
        var intake = PublishIntake(version: .v311)
        var batch = DeliveryBatch()
        try pair.send([0x3B, 5, 0, 1, 0x74, 0, 9] + [0x38, 3, 0, 1, 0x74])
        #expect(read(&intake, pair, &batch) == .drained)
        #expect(batch.entries.map(\.isDuplicate) == [true, false])
        #expect(batch.entries.map(\.isRetained) == [true, false])
        #expect(batch.entries.map(\.qos) == [.atLeastOnce, .atMostOnce])
    }
}

struct OutgoingPacketsTests {
    @Test func `writes on where a full socket stopped it`() throws {
        let pair = try SocketPair()
        var outgoing = OutgoingPackets()
        var expected: [UInt8] = []
        var isFull = false
        while !isFull {
            for _ in 0..<4_096 {
                outgoing.acknowledge(0x1234)
                expected += [0x40, 2, 0x12, 0x34]
            }
            isFull = !outgoing.write(to: pair.near)
        }
        #expect(!outgoing.isEmpty)
        var received = pair.unread(at: pair.far)
        while !outgoing.write(to: pair.near) { received += pair.unread(at: pair.far) }
        while received.count < expected.count { received += pair.unread(at: pair.far) }
        #expect(received == expected)
        #expect(outgoing.isEmpty)
    }

    @Test func `is full when far more than a broker's window waits`() {
        var outgoing = OutgoingPackets()
        for packetID in 1...10_000 as ClosedRange<UInt16> { outgoing.acknowledge(packetID) }
        #expect(!outgoing.isFull)
        for packetID in 1...10_000 as ClosedRange<UInt16> { outgoing.acknowledge(packetID) }
        #expect(outgoing.isFull)
    }
}

struct KeepAliveTests {
    private static let start = ContinuousClock.now
    private var keepAlive = KeepAlive(interval: .seconds(60), at: start)

    private func at(_ seconds: Int) -> ContinuousClock.Instant { Self.start + .seconds(seconds) }

    @Test mutating func `asks when one side was silent for long, and only once`() {
        keepAlive.sent(at: at(30))
        #expect(keepAlive.next(at: at(59)) == .nothing)
        #expect(keepAlive.next(at: at(60)) == .ping)
        #expect(keepAlive.next(at: at(61)) == .nothing)
        keepAlive.received(at: at(62))
        keepAlive.sent(at: at(62))
        #expect(keepAlive.next(at: at(121)) == .nothing)
        keepAlive.received(at: at(121))
        #expect(keepAlive.next(at: at(122)) == .ping)
    }

    @Test mutating func `gives up when nothing at all has come for as long again`() {
        #expect(keepAlive.next(at: at(60)) == .ping)
        #expect(keepAlive.next(at: at(119)) == .nothing)
        #expect(keepAlive.next(at: at(120)) == .giveUp)
    }

    @Test mutating func `takes any delivery for an answer`() {
        #expect(keepAlive.next(at: at(60)) == .ping)
        keepAlive.received(at: at(100))
        #expect(keepAlive.next(at: at(121)) != .giveUp)
    }
}
