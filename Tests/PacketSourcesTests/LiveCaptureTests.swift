// Live capture on the loopback interface, with real TCP traffic.

import Foundation
import PacketSources
import Synchronization
import Testing
import Traffic

/// Whether this process may capture; where it may not, only the errors can be tested.
private let isPermitted = (try? LiveCapture.open(.init(interface: "lo"), sink: { _, _ in })) != nil

struct LiveCaptureTests {
    @Test(.enabled(if: isPermitted), .timeLimit(.minutes(5)))
    func `delivers every byte sent before the stop`() async throws {
        let connection = try LoopbackConnection()
        let seen = Mutex(0)
        let capture = try LiveCapture.open(.init(interface: "lo", filter: "tcp port \(connection.port)")) {
            _,
            bytes in
            let count = payloadBytes(bytes, to: connection.port)
            seen.withLock { $0 += count }
        }
        try connection.transfer(4 << 20)
        let statistics = await capture.stop()
        #expect(seen.withLock { $0 } == 4 << 20)
        #expect(statistics.kernelDrops == 0)
        #expect(statistics.receivedBytes >= 4 << 20)
    }

    @Test(.enabled(if: isPermitted), .timeLimit(.minutes(5)))
    func `delivers the one packet that was sent just before the stop`() async throws {
        let connection = try LoopbackConnection()
        for _ in 0..<20 {
            let seen = Mutex(0)
            let settings = LiveCapture.Settings(
                interface: "lo",
                filter: "tcp port \(connection.port)",
                ringBytes: 1 << 20
            )
            let capture = try LiveCapture.open(settings) { _, bytes in
                let count = payloadBytes(bytes, to: connection.port)
                seen.withLock { $0 += count }
            }
            try connection.transfer(1)
            await capture.stop()
            #expect(seen.withLock { $0 } == 1)
        }
    }

    @Test(.enabled(if: isPermitted), .timeLimit(.minutes(5)))
    func `captures on all interfaces at once, each packet once`() async throws {
        let connection = try LoopbackConnection()
        let seen = Mutex(0)
        let settings = LiveCapture.Settings(interface: "any", filter: "tcp port \(connection.port)")
        let capture = try LiveCapture.open(settings) { header, bytes in
            guard header.linkType == .linuxCooked else { return }
            let count = payloadBytes(bytes, to: connection.port, linkLength: 16)
            seen.withLock { $0 += count }
        }
        try connection.transfer(300_000)
        await capture.stop()
        #expect(seen.withLock { $0 } == 300_000)
    }

    @Test(.enabled(if: isPermitted), .timeLimit(.minutes(5)))
    func `stamps packets with the wall clock and the link type`() async throws {
        let connection = try LoopbackConnection()
        let headers = Mutex<[PacketHeader]>([])
        let before = Date.now.timeIntervalSince1970
        let capture = try LiveCapture.open(.init(interface: "lo", filter: "tcp port \(connection.port)")) {
            header,
            _ in
            headers.withLock { $0.append(header) }
        }
        try connection.transfer(1)
        await capture.stop()
        let after = Date.now.timeIntervalSince1970
        let times = headers.withLock { $0 }.map { Double($0.at.nanoseconds) / 1e9 }
        #expect(!times.isEmpty)
        #expect(times.allSatisfy { $0 >= before - 1 && $0 <= after + 1 })
        #expect(headers.withLock { $0 }.allSatisfy { $0.linkType == .ethernet })
        #expect(capture.linkType == .ethernet)
    }

    @Test(.enabled(if: isPermitted), .timeLimit(.minutes(5)), arguments: [false, true])
    func `sees what was sent between reserving the interface and reading it`(isImmediate: Bool) async throws {
        let connection = try LoopbackConnection()
        let seen = Mutex(0)
        let reservation = try CaptureReservation(
            .init(interface: "lo", filter: "tcp port \(connection.port)", isImmediate: isImmediate)
        )
        try connection.transfer(50_000)
        let capture = try LiveCapture.open(reservation) { _, bytes in
            seen.withLock { $0 += payloadBytes(bytes, to: connection.port) }
        }
        #expect(throws: PacketSourceError.self) { _ = try LiveCapture.open(reservation) { _, _ in } }
        try connection.transfer(50_000)
        await capture.stop()
        #expect(seen.withLock { $0 } == 100_000)
    }

    @Test(.enabled(if: isPermitted), .timeLimit(.minutes(5)))
    func `says when a batch has ended`() async throws {
        let connection = try LoopbackConnection()
        let open = Mutex(0)
        let capture = try LiveCapture.open(
            .init(interface: "lo", filter: "tcp port \(connection.port)"),
            sink: { _, _ in open.withLock { $0 += 1 } },
            batchEnded: { open.withLock { $0 = 0 } }
        )
        try connection.transfer(100_000)
        let statistics = await capture.stop()
        #expect(statistics.received > 0)
        #expect(open.withLock { $0 } == 0)
    }

    @Test(.enabled(if: isPermitted), .timeLimit(.minutes(5)))
    func `counts what the kernel drops while the sink is slow`() async throws {
        let connection = try LoopbackConnection()
        let gate = DispatchSemaphore(value: 0)
        let isFirst = Atomic(true)
        let settings = LiveCapture.Settings(
            interface: "lo",
            filter: "tcp port \(connection.port)",
            ringBytes: 1 << 20
        )
        let capture = try LiveCapture.open(settings) { _, _ in
            if isFirst.exchange(false, ordering: .relaxed) { gate.wait() }
        }
        try connection.transfer(8 << 20)
        gate.signal()
        #expect(await capture.stop().kernelDrops > 0)
    }

    @Test(.enabled(if: isPermitted), .timeLimit(.minutes(5)))
    func `stops twice with the same answer, and says that it was asked to`() async throws {
        let capture = try LiveCapture.open(.init(interface: "lo"), sink: { _, _ in })
        let first = await capture.stop()
        #expect(await capture.stop() == first)
        #expect(try await capture.waitForEnd() == nil)
    }

    @Test(.enabled(if: isPermitted), .timeLimit(.minutes(5)))
    func `lets a task stop waiting for the end`() async throws {
        let capture = try LiveCapture.open(.init(interface: "lo"), sink: { _, _ in })
        let waiting = Task { try await capture.waitForEnd() }
        waiting.cancel()
        await #expect(throws: CancellationError.self) { try await waiting.value }
        await capture.stop()
    }

    @Test(.enabled(if: isPermitted))
    func `lists the interfaces for a name that is none`() {
        let error = #expect(throws: PacketSourceError.self) {
            _ = try LiveCapture.open(.init(interface: "nosuch0"), sink: { _, _ in })
        }
        #expect(error?.code == .unknownInterface)
        #expect(error?.message.contains("'nosuch0'; there are: ") == true)
        #expect(error?.message.contains("lo") == true)
    }

    @Test(.enabled(if: isPermitted), arguments: ["tcp prot 1883", "tcp) or (udp"])
    func `names the manual page for a filter that is none`(filter: String) {
        let error = #expect(throws: PacketSourceError.self) {
            _ = try LiveCapture.open(.init(interface: "lo", filter: filter), sink: { _, _ in })
        }
        #expect(error?.code == .badFilter)
        #expect(error?.message.contains("man pcap-filter") == true)
    }

    @Test(.enabled(if: !isPermitted))
    func `says how to get the right to capture`() {
        let error = #expect(throws: PacketSourceError.self) {
            _ = try LiveCapture.open(.init(interface: "lo"), sink: { _, _ in })
        }
        #expect(error?.code == .notPermitted)
        #expect(error?.message.contains("CAP_NET_RAW") == true)
    }

    @Test func `knows which interface is the loopback`() throws {
        #expect(try NetworkInterface.all().filter(\.isLoopback).map(\.name) == ["lo"])
    }
}
