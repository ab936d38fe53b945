// What clients say and do when the other side is no broker, or a strange one.

@testable import BrokerLink
import Foundation
import Synchronization
import Testing
import Traffic

@Suite(.timeLimit(.minutes(5)))
struct BrokerFaultTests {
    private func failure(
        _ address: BrokerAddress,
        _ options: ClientOptions = ClientOptions()
    ) async -> BrokerError? {
        await #expect(throws: BrokerError.self) {
            _ = try await BrokerClient.connect(to: address, options: options)
        }
    }

    @Test func `asks whether the broker is running where nobody listens`() async throws {
        let address = BrokerAddress(host: "127.0.0.1", port: try FreePort.find())
        let error = await failure(address)
        #expect(error?.code == .refused)
        #expect(
            error?.message
                == "\(address) refused the connection; is the broker running, and is the port right?"
        )
        #expect(error?.cause == "Connection refused")
    }

    @Test func `names a host that is unknown`() async {
        let error = await failure(BrokerAddress(host: "no-such-host.invalid"))
        #expect(error?.code == .unreachable)
        #expect(error?.message.contains("no-such-host.invalid") == true)
    }

    @Test func `names a local address that this machine does not have`() async throws {
        let broker = try FakeBroker { $0.waitForClose() }
        let error = await failure(broker.address, ClientOptions(bindAddress: "192.0.2.1"))
        #expect(error?.code == .unreachable)
        #expect(error?.message.contains("192.0.2.1") == true)
    }

    @Test func `connects from the address it was told to`() async throws {
        let (hosts, seen) = AsyncStream<String>.makeStream()
        let broker = try FakeBroker { connection in
            seen.yield(connection.clientHost)
            _ = connection.receive()
            connection.send(FakeConnection.connectAccepted)
            connection.waitForClose()
        }
        let client = try await BrokerClient.connect(
            to: broker.address,
            options: .init(bindAddress: "127.0.0.7")
        )
        #expect(await hosts.first { _ in true } == "127.0.0.7")
        await client.disconnect()
    }

    @Test(
        arguments: [
            (1, .refused, "does not speak MQTT 3.1.1"), (2, .refused, "client id"),
            (3, .refused, "at the moment"),
            (4, .notAuthorised, "user"), (5, .notAuthorised, "user"),
        ] as [(UInt8, BrokerError.Code, String)]
    )
    func `tells a refusal from a missing password`(
        code: UInt8,
        expected: BrokerError.Code,
        words: String
    ) async throws {
        let broker = try FakeBroker { connection in
            _ = connection.receive()
            connection.send([0x20, 0x02, 0x00, code])
            connection.waitForClose()
        }
        let error = await failure(broker.address)
        #expect(error?.code == expected)
        #expect(error?.message.contains(words) == true)
        #expect(error?.cause?.isEmpty == false)
    }

    @Test(
        arguments: [
            (0x84, .refused, "does not speak MQTT 5.0", "Unsupported Protocol Version"),
            (0x85, .refused, "client id", "Client Identifier not valid"),
            (0x86, .notAuthorised, "user", "Bad User Name or Password"),
            (0x87, .notAuthorised, "user", "Not authorized"),
            (0x89, .refused, "at the moment", "Server busy"),
            (0x9D, .refused, "another broker", "Server moved"),
        ] as [(UInt8, BrokerError.Code, String, String)]
    )
    func `puts the reason codes of MQTT 5 into words`(
        code: UInt8,
        expected: BrokerError.Code,
        words: String,
        cause: String
    ) async throws {
        let broker = try FakeBroker { connection in
            _ = connection.receive()
            connection.send([0x20, 0x03, 0x00, code, 0x00])  // CONNACK without properties
            connection.waitForClose()
        }
        let error = await failure(broker.address, ClientOptions(protocolVersion: .v5))
        #expect(error?.code == expected)
        #expect(error?.message.contains(words) == true)
        #expect(error?.cause == cause)
    }

    @Test func `asks in MQTT 5 that a kept session never expires`() async throws {
        let (packets, seen) = AsyncStream<[UInt8]>.makeStream()
        let broker = try FakeBroker { connection in
            seen.yield(connection.receive() ?? [])
            connection.send([0x20, 0x03, 0x01, 0x00, 0x00])  // CONNACK, session present
            connection.waitForClose()
        }
        let options = ClientOptions(clientID: "c", isCleanSession: false, protocolVersion: .v5)
        let client = try await BrokerClient.connect(to: broker.address, options: options)
        #expect(client.hasResumedSession)
        let packet = await packets.first { _ in true }
        #expect(packet?[8...9] == [0x05, 0x00])  // version, no clean start
        #expect(packet?[13...17] == [0x11, 0xFF, 0xFF, 0xFF, 0xFF])  // session expiry
        await client.disconnect()
    }

    @Test func `suspects a port without MQTT where the connection is closed at once`() async throws {
        let broker = try FakeBroker { _ = $0.receive() }
        let error = await failure(broker.address)
        #expect(error?.code == .refused)
        #expect(error?.message.contains("is it an MQTT broker") == true)
    }

    @Test func `gives up on a broker that says nothing`() async throws {
        let broker = try FakeBroker { $0.waitForClose() }
        #expect(
            await failure(broker.address, ClientOptions(connectTimeout: .milliseconds(1)))?.code == .timedOut
        )
    }

    @Test func `gives up when its task is cancelled`() async throws {
        let (connects, arrived) = AsyncStream<Void>.makeStream()
        let broker = try FakeBroker { connection in
            arrived.yield()
            connection.waitForClose()
        }
        let connecting = Task { try await BrokerClient.connect(to: broker.address) }
        _ = await connects.first { _ in true }
        connecting.cancel()
        let error = await #expect(throws: BrokerError.self) { _ = try await connecting.value }
        #expect(error?.code == .cancelled)
    }

    @Test func `sends user and password`() async throws {
        let (packets, seen) = AsyncStream<[UInt8]>.makeStream()
        let broker = try FakeBroker { connection in
            seen.yield(connection.receive() ?? [])
            connection.send(FakeConnection.connectAccepted)
            connection.waitForClose()
        }
        var address = broker.address
        address.userName = "ops"
        let options = ClientOptions(clientID: "c", keepAlive: .seconds(300), password: "pw")
        let client = try await BrokerClient.connect(to: address, options: options)
        let expected: [UInt8] =
            [0x10, 22]  // CONNECT
            + [0, 4] + Array("MQTT".utf8) + [4]  // 3.1.1
            + [0xC2, 0x01, 0x2C]  // user, password, clean session; keep-alive 300 s
            + [0, 1] + Array("c".utf8) + [0, 3] + Array("ops".utf8) + [0, 2] + Array("pw".utf8)
        #expect(await packets.first { _ in true } == expected)
        await client.disconnect()
    }

    @Test func `names the filter that the broker refused`() async throws {
        let broker = try FakeBroker { connection in
            _ = connection.receive()
            connection.send(FakeConnection.connectAccepted)
            let packetID = connection.receive()?[2..<4] ?? [0, 0]
            connection.send([0x90, 4] + packetID + [0x00, 0x80])  // the first granted, the second not
            connection.waitForClose()
        }
        let client = try await BrokerClient.connect(to: broker.address)
        let error = await #expect(throws: BrokerError.self) {
            try await client.subscribe(to: ["mine/#", "yours/#"], qos: .atMostOnce)
        }
        #expect(error?.code == .notAuthorised)
        #expect(error?.message.contains("'yours/#'") == true)
        #expect(error?.message.contains("mine") == false)
        await client.disconnect()
    }

    @Test func `acknowledges nothing before the sink has had it`() async throws {
        let (facts, note) = AsyncStream<String>.makeStream()
        let held = Mutex<FakeConnection?>(nil)
        let broker = try FakeBroker { connection in
            held.withLock { $0 = connection }
            _ = connection.receive()
            connection.send(FakeConnection.connectAccepted)
            for packetID in 1...3 as ClosedRange<UInt8> {
                connection.send([0x32, 6, 0, 1, 0x74, 0, packetID, 0xAA])  // PUBLISH QoS 1 of "t"
            }
            for _ in 1...3 {
                note.yield(connection.receive()?.first == 0x40 ? "acknowledged" : "something else")
            }
            connection.waitForClose()
        }
        let client = try await BrokerClient.connect(to: broker.address) { batch in
            for _ in batch.entries { note.yield("received") }
            if held.withLock({ $0?.hasUnread }) != false, batch.entries.first?.packetID == 1 {
                note.yield("acknowledged early")
            }
            return true
        }
        var order: [String] = []
        for await fact in facts {
            order.append(fact)
            if order.count == 6 { break }
        }
        #expect(order.first == "received")
        #expect(order.filter { $0 == "received" }.count == 3)
        #expect(order.filter { $0 == "acknowledged" }.count == 3)
        held.withLock { $0 = nil }
        await client.disconnect()
    }

    @Test func `acknowledges nothing that the sink does not take and ends the connection`() async throws {
        let (facts, note) = AsyncStream<String>.makeStream()
        let broker = try FakeBroker { connection in
            _ = connection.receive()
            connection.send(FakeConnection.connectAccepted)
            connection.send([0x32, 6, 0, 1, 0x74, 0, 1, 0xAA])  // PUBLISH QoS 1 of "t"
            note.yield(connection.receive() == nil ? "closed" : "acknowledged")
            note.finish()
        }
        let client = try await BrokerClient.connect(to: broker.address) { _ in false }
        for await fact in facts { #expect(fact == "closed") }
        #expect(try await client.waitForEnd()?.code == .disconnected)
    }

    @Test func `sees which delivery the broker marked as a duplicate`() async throws {
        let broker = try FakeBroker { connection in
            _ = connection.receive()
            connection.send(FakeConnection.connectAccepted)
            connection.send([0x32, 6, 0, 1, 0x74, 0, 5, 0xAA])  // QoS 1
            connection.send([0x3A, 6, 0, 1, 0x74, 0, 5, 0xAA])  // the same with DUP
            connection.send([0x32, 6, 0, 1, 0x74, 0, 5, 0xBB])  // its id used again
            connection.send([0x3C, 6, 0, 1, 0x74, 0, 6, 0xCC])  // QoS 2 with DUP …
            connection.send([0x62, 2, 0, 6])  // … released
            connection.waitForClose()
        }
        // A session that is not clean may deliver before anything is subscribed to.
        let options = ClientOptions(clientID: "device (d1, q1", isCleanSession: false)
        let client = try await BrokerClient.connect(to: broker.address, options: options)
        var seen: [Bool] = []
        for await delivery in client.deliveries {
            seen.append(delivery.isDuplicate)
            if seen.count == 4 { break }
        }
        #expect(seen == [false, true, false, true])
        await client.disconnect()
    }

    @Test func `stops waiting for an acknowledgement that never comes when its task is cancelled`()
        async throws
    {
        let (publishes, arrived) = AsyncStream<Void>.makeStream()
        let broker = try FakeBroker { connection in
            _ = connection.receive()
            connection.send(FakeConnection.connectAccepted)
            _ = connection.receive()
            arrived.yield()
            connection.waitForClose()
        }
        let client = try await BrokerClient.connect(to: broker.address)
        let publishing = Task { try await client.publish(topic: "t", payload: [], qos: .atLeastOnce) }
        _ = await publishes.first { _ in true }
        publishing.cancel()
        let error = await #expect(throws: BrokerError.self) { try await publishing.value }
        #expect(error?.code == .cancelled)
        await client.disconnect()
    }
}
