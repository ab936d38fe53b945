// Deliveries that are taken past libmosquitto, from a real mosquitto and from a scripted one.

import Foundation
import Synchronization
import Testing
import Traffic

@testable import BrokerLink

@Suite(.timeLimit(.minutes(5)))
struct StraightDeliveryTests {
    /// What a sink was handed.
    private final class Sink: Sendable {
        private let taken = Mutex<[Delivery]>([])
        private let news = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))

        func take(_ batch: DeliveryBatch) -> Bool {
            taken.withLock { taken in taken += batch.entries.map { Delivery($0, of: batch) } }
            news.continuation.yield()
            return true
        }

        /// Waits for so many deliveries.
        func deliveries(_ count: Int) async -> [Delivery] {
            for await _ in news.stream where taken.withLock({ $0.count }) >= count { break }
            return taken.withLock(\.self)
        }
    }

    @Test(arguments: ClientOptions.ProtocolVersion.allCases)
    func `takes all that a broker sends, of every size and quality, each once and in order`(
        version: ClientOptions.ProtocolVersion
    ) async throws {
        try await withPrivateBroker { broker in
            let sink = Sink()
            let options = ClientOptions(protocolVersion: version)
            let client = try await BrokerClient.connect(to: broker.address, options: options) {
                sink.take($0)
            }
            try await client.subscribe(to: ["a/#"], qos: .atLeastOnce)
            let publisher = try await BrokerClient.connect(to: broker.address)
            var sent: [[UInt8]] = []
            for number in 0..<1_000 {
                // Now and then one is larger than what is looked at at once, and SUBACKs come in between.
                let size = number % 250 == 99 ? 200_000 : number % 7 * 40
                let payload =
                    withUnsafeBytes(of: number.bigEndian, Array.init) + [UInt8](repeating: 1, count: size)
                sent.append(payload)
                let qos: QoS = number.isMultiple(of: 3) ? .atMostOnce : .atLeastOnce
                try await publisher.publish(topic: "a/\(number % 10)", payload: payload, qos: qos)
                if number % 100 == 50 { try await client.subscribe(to: ["b/\(number)"], qos: .atLeastOnce) }
            }
            let taken = await sink.deliveries(sent.count)
            #expect(taken.map(\.payload) == sent)
            #expect(taken.indices.allSatisfy { taken[$0].topic == Array("a/\($0 % 10)".utf8) })
            #expect(taken.indices.allSatisfy { (taken[$0].packetID == nil) == $0.isMultiple(of: 3) })
            await client.disconnect()
        }
    }

    @Test func `goes on when deliveries of QoS 2 come in between`() async throws {
        try await withPrivateBroker { broker in
            let sink = Sink()
            let client = try await BrokerClient.connect(to: broker.address) { sink.take($0) }
            try await client.subscribe(to: ["#"], qos: .exactlyOnce)
            let publisher = try await BrokerClient.connect(to: broker.address)
            var sent: [[UInt8]] = []
            for number in 0..<300 as Range<UInt8.Stride> {
                let payload = [UInt8(number % 256), UInt8(number / 256)]
                sent.append(payload)
                let qos = QoS(rawValue: number < 100 ? UInt8(number % 2) : UInt8(number % 3)) ?? .atMostOnce
                try await publisher.publish(topic: "t", payload: payload, qos: qos)
            }
            let taken = await sink.deliveries(sent.count)
            #expect(Set(taken.map(\.payload)) == Set(sent))
            #expect(taken.count == sent.count)
            await client.disconnect()
        }
    }

    @Test func `is sent nothing twice that it took, by a broker that keeps its session`() async throws {
        try await withPrivateBroker { broker in
            let options = ClientOptions(clientID: "keeper", isCleanSession: false)
            let publisher = try await BrokerClient.connect(to: broker.address)
            var all: [[UInt8]] = []
            for round in 0..<5 as Range<UInt8> {
                let sink = Sink()
                let client = try await BrokerClient.connect(to: broker.address, options: options) {
                    sink.take($0)
                }
                if round == 0 { try await client.subscribe(to: ["t"], qos: .atLeastOnce) }
                for number in 0..<100 as Range<UInt8> {
                    try await publisher.publish(topic: "t", payload: [round, number], qos: .atLeastOnce)
                }
                all += await sink.deliveries(100).map(\.payload)
                await client.disconnect()
            }
            #expect(all.count == 500)
            #expect(Set(all).count == 500)
        }
    }

    @Test func `acknowledges in order what a broker sends again, and says so of it`() async throws {
        let (packets, seen) = AsyncStream<[UInt8]>.makeStream()
        let broker = try FakeBroker { connection in
            _ = connection.receive()
            connection.send(FakeConnection.connectAccepted)
            connection.send([0x32, 6, 0, 1, 0x74, 0, 5, 0xAA] + [0x3A, 6, 0, 1, 0x74, 0, 5, 0xAA])
            connection.send([0x32, 6, 0, 1, 0x74, 0, 6, 0xBB])
            while let packet = connection.receive() { seen.yield(packet) }
            seen.finish()
        }
        let sink = Sink()
        let client = try await BrokerClient.connect(to: broker.address) { sink.take($0) }
        let taken = await sink.deliveries(3)
        #expect(taken.map(\.isDuplicate) == [false, true, false])
        await client.disconnect()
        var answers: [[UInt8]] = []
        for await packet in packets { answers.append(packet) }
        #expect(answers == [[0x40, 2, 0, 5], [0x40, 2, 0, 5], [0x40, 2, 0, 6], [0xE0, 0]])
    }

    @Test func `ends the connection to a broker whose packets cannot be read`() async throws {
        let broker = try FakeBroker { connection in
            _ = connection.receive()
            connection.send(FakeConnection.connectAccepted)
            connection.send([0x30, 2, 0, 0])
            connection.waitForClose()
        }
        let client = try await BrokerClient.connect(to: broker.address) { _ in true }
        #expect(try await client.waitForEnd() != nil)
    }

    @Test func `notices an end within a packet that is for libmosquitto`() async throws {
        let broker = try FakeBroker { connection in
            _ = connection.receive()
            connection.send(FakeConnection.connectAccepted)
            connection.send([0xD0])
        }
        let client = try await BrokerClient.connect(to: broker.address) { _ in true }
        #expect(try await client.waitForEnd() != nil)
    }

    @Test func `does not publish where it would read deliveries away from itself`() async throws {
        try await withPrivateBroker { broker in
            let client = try await BrokerClient.connect(to: broker.address) { _ in true }
            let error = await #expect(throws: BrokerError.self) {
                try await client.publish(topic: "t", payload: [], qos: .atLeastOnce)
            }
            #expect(error?.code == .badMessage)
            await client.disconnect()
        }
    }

    @Test func `waits for the rest of a packet that is for libmosquitto`() async throws {
        let (packets, seen) = AsyncStream<Void>.makeStream()
        let rest = Mutex<FakeConnection?>(nil)
        let broker = try FakeBroker { connection in
            _ = connection.receive()
            connection.send(FakeConnection.connectAccepted)
            let packetID = connection.receive()?[2..<4] ?? [0, 0]
            connection.send([0x30, 3, 0, 1, 0x74] + [0x90, 3, packetID.first ?? 0])
            rest.withLock { $0 = connection }
            seen.yield()
            // The second SUBSCRIBE is answered, too: libmosquitto has kept in step.
            let further = connection.receive()?[2..<4] ?? [0, 0]
            connection.send([0x90, 3] + further + [1])
            connection.waitForClose()
        }
        let sink = Sink()
        let client = try await BrokerClient.connect(to: broker.address) { sink.take($0) }
        async let first: Void = client.subscribe(to: ["a"], qos: .atLeastOnce)
        _ = await packets.first { _ in true }
        #expect(await sink.deliveries(1).count == 1)
        rest.withLock { $0?.send([1, 1]) }
        try await first
        try await client.subscribe(to: ["b"], qos: .atLeastOnce)
        rest.withLock { $0 = nil }
        await client.disconnect()
    }
}
