// Clients against a real mosquitto.

import BrokerLink
import Foundation
import Testing
import Traffic

@Suite(.timeLimit(.minutes(5)))
struct BrokerClientTests {
    private static let payloads: [[UInt8]] = [
        [], Array(0...255), [UInt8](repeating: 0xC3, count: 300_000),
    ]

    /// Reads `count` deliveries.
    private func take(_ count: Int, from client: BrokerClient) async -> [Delivery] {
        var taken: [Delivery] = []
        for await delivery in client.deliveries {
            taken.append(delivery)
            if taken.count == count { break }
        }
        return taken
    }

    @Test(arguments: QoS.allCases, ClientOptions.ProtocolVersion.allCases)
    func `delivers every payload byte for byte`(qos: QoS, version: ClientOptions.ProtocolVersion) async throws
    {
        try await withPrivateBroker { broker in
            let options = ClientOptions(protocolVersion: version)
            let subscriber = try await BrokerClient.connect(to: broker.address, options: options)
            try await subscriber.subscribe(to: ["/p/+/firmware/#"], qos: .exactlyOnce)
            let publisher = try await BrokerClient.connect(to: broker.address)
            for payload in Self.payloads {
                try await publisher.publish(topic: "/p/d/firmware/upgrade", payload: payload, qos: qos)
            }
            let taken = await take(Self.payloads.count, from: subscriber)
            #expect(taken.map(\.payload) == Self.payloads)
            #expect(taken.allSatisfy { $0.topic == Array("/p/d/firmware/upgrade".utf8) && $0.qos == qos })
            #expect(taken.allSatisfy { ($0.packetID == nil) == (qos == .atMostOnce) })
            #expect(taken.allSatisfy { !$0.isRetained && !$0.isDuplicate })
        }
    }

    @Test func `marks what the broker kept from before`() async throws {
        try await withPrivateBroker { broker in
            let client = try await BrokerClient.connect(to: broker.address)
            try await client.publish(topic: "kept", payload: [1], qos: .atLeastOnce, isRetained: true)
            try await client.subscribe(to: ["kept"], qos: .atLeastOnce)
            try await client.publish(topic: "kept", payload: [2], qos: .atLeastOnce, isRetained: true)
            #expect(await take(2, from: client).map(\.isRetained) == [true, false])
        }
    }

    @Test(arguments: ClientOptions.ProtocolVersion.allCases)
    func `gets nothing more once it has unsubscribed, and what came before is counted by then`(
        version: ClientOptions.ProtocolVersion
    ) async throws {
        try await withPrivateBroker { broker in
            let options = ClientOptions(protocolVersion: version)
            let client = try await BrokerClient.connect(to: broker.address, options: options)
            try await client.subscribe(to: ["a/#", "b"], qos: .atLeastOnce)
            for topic in ["a/1", "b", "a/2"] {
                try await client.publish(topic: topic, payload: [], qos: .atMostOnce)
            }
            try await client.unsubscribe(from: ["a/#", "b"])
            #expect(client.receivedDeliveries == 3)
            for topic in ["a/1", "b"] {
                try await client.publish(topic: topic, payload: [], qos: .atLeastOnce)
            }
            // What was never subscribed to is answered as well.
            try await client.unsubscribe(from: ["never"])
            #expect(client.receivedDeliveries == 3)
            await #expect(throws: BrokerError.self) { try await client.unsubscribe(from: ["a/#/b"]) }
            await client.disconnect()
            await #expect(throws: BrokerError.self) { try await client.unsubscribe(from: ["b"]) }
        }
    }

    @Test func `stamps deliveries with both clocks`() async throws {
        try await withPrivateBroker { broker in
            let client = try await BrokerClient.connect(to: broker.address)
            try await client.subscribe(to: ["t"], qos: .atMostOnce)
            let (wall, monotonic) = (Date.now.timeIntervalSince1970, ContinuousClock.now)
            try await client.publish(topic: "t", payload: [])
            let delivery = try #require(await take(1, from: client).first)
            #expect(abs(Double(delivery.receivedAt.nanoseconds) / 1e9 - wall) < 30)
            #expect(delivery.receivedMonotonic >= monotonic)
            #expect(delivery.receivedMonotonic <= .now)
        }
    }

    @Test func `connects from addresses of its own to a broker named by its host name`() async throws {
        try await withPrivateBroker { broker in
            let named = BrokerAddress(host: "localhost", port: broker.address.port)
            let one = try await BrokerClient.connect(
                to: broker.address,
                options: .init(bindAddress: "127.0.0.2")
            )
            let other = try await BrokerClient.connect(to: named, options: .init(bindAddress: "127.0.0.3"))
            try await one.subscribe(to: ["t"], qos: .atMostOnce)
            try await other.publish(topic: "t", payload: [7])
            #expect(await take(1, from: one).map(\.payload) == [[7]])
        }
    }

    @Test func `keeps many clients apart on one thread`() async throws {
        try await withPrivateBroker { broker in
            let loop = LoopThread(name: "test")
            var clients: [BrokerClient] = []
            for index in 0..<40 {
                let client = try await BrokerClient.connect(to: broker.address, on: loop)
                try await client.subscribe(to: ["own/\(index)", "all"], qos: .atLeastOnce)
                clients.append(client)
            }
            try await clients[0].publish(topic: "all", payload: [0xFF], qos: .atLeastOnce)
            for index in clients.indices {
                let next = (index + 1) % clients.count
                try await clients[index].publish(
                    topic: "own/\(next)",
                    payload: [UInt8(next)],
                    qos: .atLeastOnce
                )
            }
            for (index, client) in clients.enumerated() {
                #expect(await take(2, from: client).map(\.payload) == [[0xFF], [UInt8(index)]])
            }
        }
    }

    @Test func `drops the newest when nobody reads and counts it`() async throws {
        try await withPrivateBroker { broker in
            let reader = try await BrokerClient.connect(to: broker.address, options: .init(deliveryLimit: 10))
            try await reader.subscribe(to: ["t"], qos: .atLeastOnce)
            let publisher = try await BrokerClient.connect(to: broker.address)
            for number in 0..<25 {
                try await publisher.publish(topic: "t", payload: [UInt8(number)], qos: .atLeastOnce)
            }
            // Its SUBACK comes after everything that was published before.
            try await reader.subscribe(to: ["barrier"], qos: .atMostOnce)
            #expect(reader.droppedDeliveries == 15)
            #expect(await take(10, from: reader).map(\.payload) == (0..<10).map { [UInt8($0)] })
        }
    }

    @Test func `resumes a session with what came in between`() async throws {
        try await withPrivateBroker { broker in
            let options = ClientOptions(clientID: "recorder", isCleanSession: false)
            let before = try await BrokerClient.connect(to: broker.address, options: options)
            #expect(!before.hasResumedSession)
            try await before.subscribe(to: ["t"], qos: .atLeastOnce)
            await before.disconnect()
            let publisher = try await BrokerClient.connect(to: broker.address)
            for number in 0..<50 as Range<UInt8> {
                try await publisher.publish(topic: "t", payload: [number], qos: .atLeastOnce)
            }
            let after = try await BrokerClient.connect(to: broker.address, options: options)
            #expect(after.hasResumedSession)
            #expect(await take(50, from: after).map(\.payload) == (0..<50).map { [$0] })
        }
    }

    @Test func `tells everyone who waits that the broker has gone`() async throws {
        try await withPrivateBroker { broker in
            let client = try await BrokerClient.connect(to: broker.address)
            try await client.subscribe(to: ["t"], qos: .atMostOnce)
            kill(broker.processID, SIGKILL)
            let reason = try await client.waitForEnd()
            #expect(reason?.code == .connectionLost)
            #expect(reason?.message.contains("\(broker.address)") == true)
            #expect(await take(1, from: client).isEmpty)
            let error = await #expect(throws: BrokerError.self) {
                try await client.publish(topic: "t", payload: [])
            }
            #expect(error?.code == .connectionLost)
        }
    }

    @Test func `learns that another client took its id`() async throws {
        try await withPrivateBroker { broker in
            let first = try await BrokerClient.connect(to: broker.address, options: .init(clientID: "d1"))
            let second = try await BrokerClient.connect(to: broker.address, options: .init(clientID: "d1"))
            #expect(try await first.waitForEnd()?.code == .connectionLost)
            await second.disconnect()
        }
    }

    @Test func `ends without complaint when asked to`() async throws {
        try await withPrivateBroker { broker in
            let client = try await BrokerClient.connect(to: broker.address)
            await client.disconnect()
            await client.disconnect()
            #expect(try await client.waitForEnd() == nil)
            let error = await #expect(throws: BrokerError.self) {
                try await client.publish(topic: "t", payload: [])
            }
            #expect(error?.code == .disconnected)
        }
    }

    @Test func `sends what was published before the disconnect`() async throws {
        try await withPrivateBroker { broker in
            let reader = try await BrokerClient.connect(to: broker.address)
            try await reader.subscribe(to: ["t"], qos: .atMostOnce)
            let writer = try await BrokerClient.connect(to: broker.address)
            async let last: Void = writer.publish(topic: "t", payload: [9])
            try await last
            await writer.disconnect()
            #expect(await take(1, from: reader).map(\.payload) == [[9]])
        }
    }

    @Test(arguments: ["", "a/+/b", "a/#", "a\0b", String(repeating: "a", count: 65_536)])
    func `refuses a topic that is none`(topic: String) async throws {
        try await withPrivateBroker { broker in
            let client = try await BrokerClient.connect(to: broker.address)
            let error = await #expect(throws: BrokerError.self) {
                try await client.publish(topic: topic, payload: [])
            }
            #expect(error?.code == .badMessage)
        }
    }

    @Test(arguments: ["", "a+/b", "#/a", "a\0"])
    func `refuses a filter that is none`(filter: String) async throws {
        try await withPrivateBroker { broker in
            let client = try await BrokerClient.connect(to: broker.address)
            let error = await #expect(throws: BrokerError.self) {
                try await client.subscribe(to: ["good", filter], qos: .atMostOnce)
            }
            #expect(error?.code == .badMessage)
            #expect(error?.message.contains("'\(filter)'") == true)
        }
    }
}
