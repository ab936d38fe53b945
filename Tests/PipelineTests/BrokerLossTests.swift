// What a recording makes of brokers that go away, and of recorders that are killed.

import BrokerLink
import Foundation
import Pipeline
import Spool
import Store
import TestSupport
import Testing
import Traffic

private let topic = "v1/7/firmware/download/progress"

private func progress(_ number: Int) -> [UInt8] {
    Array(
        """
        {"command_id": "c1", "progress": 1, "downloaded_bytes": \(number), "total_bytes": 100, \
        "speed_kbps": 1.0, "eta_seconds": 1, "timestamp": "2026-08-30T12:00:00Z"}
        """.utf8
    )
}

/// A mosquitto on one port, to be killed and started again.
private final class RestartableBroker: Sendable {
    let address: BrokerAddress
    private let settings: URL

    init(in folder: ScratchFolder, at address: BrokerAddress) throws {
        self.address = address
        settings = folder.url.appending(path: "mosquitto.conf")
        let text = """
            listener \(address.port) 127.0.0.1
            allow_anonymous true
            persistence false
            max_queued_messages 0
            \(geteuid() == 0 ? "user root" : "")
            """
        try Data(text.utf8).write(to: settings)
    }

    /// Runs the broker around `body`; it is killed at the end of it.
    func run<Value: Sendable>(_ body: () async throws -> Value) async throws -> Value {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.environment = ["PATH": "/usr/sbin:/usr/bin:/bin"]
        process.arguments = ["mosquitto", "-c", settings.path]
        let (ends, ended) = AsyncStream<Void>.makeStream()
        process.terminationHandler = { _ in ended.finish() }
        process.standardError = FileHandle.nullDevice
        try process.run()
        let result: Result<Value, any Error>
        do {
            try await untilConnected()
            result = .success(try await body())
        } catch {
            result = .failure(error)
        }
        kill(process.processIdentifier, SIGKILL)
        for await _ in ends {}
        return try result.get()
    }

    private func untilConnected() async throws {
        for _ in 0..<10_000 {
            if let client = try? await BrokerClient.connect(to: address) { return await client.disconnect() }
            await Task.yield()
        }
        _ = try await BrokerClient.connect(to: address)
    }
}

@Suite(.serialized, .timeLimit(.minutes(5)))
struct BrokerLossTests {
    private let folder: ScratchFolder
    private let store: UpgradeStore

    init() throws {
        folder = try ScratchFolder()
        store = try UpgradeStore.open(path: folder.path("live.sqlite"), .createIfMissing)
    }

    /// Publishes once, and waits until the recording has kept it; again and again while nobody may be subscribed.
    private func publishUntilSeen(
        _ number: Int,
        at address: BrokerAddress,
        by recording: LiveRecording,
        againAndAgain: Bool = false
    ) async throws {
        let before = await recording.progress.messagesKept
        let device = try await BrokerClient.connect(to: address)
        var isPublished = false
        while await recording.progress.messagesKept == before {
            if !isPublished || againAndAgain {
                try await device.publish(topic: topic, payload: progress(number), qos: .atLeastOnce)
            }
            isPublished = true
            await Task.yield()
        }
        await device.disconnect()
    }

    @Test func `connects again, subscribes again, and keeps the outage`() async throws {
        // A port that was free a moment ago.
        let address = try await withPrivateBroker { $0.address }
        let broker = try RestartableBroker(in: folder, at: address)
        var plan = RecordingPlan()
        plan.brokers = [BrokerSubscription(url: "mqtt://127.0.0.1:\(address.port)")]
        let (starts, started) = AsyncStream<LiveRecording>.makeStream()
        let (stops, stop) = AsyncStream<Void>.makeStream()
        let first = try await broker.run {
            let plan = plan
            let run = Task {
                try await LiveRecording.run(plan, store: store, dialects: BuiltInDialects.load()) {
                    recording in
                    started.yield(recording)
                    for await _ in stops {}
                }.summary
            }
            var recordings = starts.makeAsyncIterator()
            let recording = try #require(await recordings.next())
            try await publishUntilSeen(1, at: address, by: recording)
            #expect(await recording.progress.obstacle == nil)
            return (recording, run)
        }
        while await first.0.progress.obstacle == nil { await Task.yield() }
        #expect(await first.0.progress.obstacle?.hasPrefix("without broker \(address.url): ") == true)
        let summary = try await broker.run {
            try await publishUntilSeen(2, at: address, by: first.0, againAndAgain: true)
            #expect(await first.0.progress.obstacle == nil)
            stop.finish()
            return try await first.1.value
        }
        #expect(summary.progress.lossyOutages == 1)
        let isSessionLostTold = summary.notes.contains {
            if case .broker(_, .back(after: _, isSessionKept: false)) = $0 { true } else { false }
        }
        #expect(isSessionLostTold)
        let outages = try store.query(
            sql:
                "SELECT is_session_kept, ended_at > started_at AS is_over, cause <> '' AS is_told FROM outage"
        )
        #expect(outages.rows == [[.integer(0), .integer(1), .integer(1)]])
        #expect(try store.recordings().map(\.state) == [.finished])
        #expect(!FileManager.default.fileExists(atPath: store.path + ".spool"))
    }

    @Test func `brings in what a killed recorder had acknowledged and not stored`() async throws {
        let start = RecordingStart(
            source: "mqtt://x",
            kind: .broker,
            startedAt: Timestamp(seconds: 1),
            toolVersion: "1"
        )
        let id = try store.beginRecording(start)
        do {
            let spool = try DeliverySpool(folder: store.path + ".spool/someone", recordingID: id)
            for number in 1...5 {
                let delivery = Delivery(
                    receivedAt: Timestamp(seconds: Int64(number + 1)),
                    receivedMonotonic: .now,
                    topic: Array(topic.utf8),
                    payload: progress(number),
                    qos: .atLeastOnce,
                    isRetained: false,
                    isDuplicate: false,
                    packetID: UInt16(number)
                )
                #expect(spool.append(DeliveryBatch([delivery])))
            }
        }
        let capture = Fixtures.captures.appending(path: "jetlinks-missing.pcap").path
        for file in [capture, Fixtures.captures.appending(path: "jetlinks-success.pcap").path] {
            // A second start finds the same spool, and nothing in it that is not stored.
            _ = try await CaptureImport(store: store, dialects: BuiltInDialects.load()).run(path: file) { _ in
            }
        }
        let recording = try #require(try store.recordings().first)
        #expect(recording.state == .interrupted)
        #expect(recording.endedAt == Timestamp(seconds: 6))
        #expect(recording.counts.messagesKept == 5)
        #expect(recording.counts.spoolPosition == 5)
        let stored = try store.query(
            sql: "SELECT downloaded_bytes FROM message WHERE command_id = 'c1' ORDER BY id"
        )
        #expect(stored.rows == (1...5).map { [.integer($0)] })
    }

    @Test func `takes once what is delivered again to a recorder that was killed`() async throws {
        try await withPrivateBroker { broker in
            let url = "mqtt://127.0.0.1:\(broker.address.port)"
            var subscription = BrokerSubscription(url: url)
            subscription.clientID = "recorder"
            subscription.keepsSession = true
            var plan = RecordingPlan()
            plan.brokers = [subscription]
            let dialects = try BuiltInDialects.load()
            _ = try await LiveRecording.run(plan, store: store, dialects: dialects) { _ in }
            // The session is kept: what comes while nobody records waits for the next recording.
            let device = try await BrokerClient.connect(to: broker.address)
            for number in 1...50 {
                try await device.publish(topic: topic, payload: progress(number), qos: .atLeastOnce)
            }
            _ = try await LiveRecording.run(plan, store: store, dialects: dialects) { _ in }
            await device.disconnect()
        }
        let stored = try store.query(sql: "SELECT count(*), count(DISTINCT downloaded_bytes) FROM message")
        #expect(stored.rows == [[.integer(50), .integer(50)]])
    }

    /// A broker that sends the next message only when the one before was acknowledged.
    private func slowBroker() throws -> RealBroker {
        try RealBroker { ports in
            [
                "listener \(ports[0]) 127.0.0.1", "allow_anonymous true", "persistence false",
                "max_inflight_messages 1", "max_queued_messages 0",
            ]
        }
    }

    /// Publishes numbered messages at once, and returns when the broker has taken them all over.
    private func publish(_ count: Int, to address: BrokerAddress) async throws {
        let device = try await BrokerClient.connect(to: address)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 1...count {
                group.addTask {
                    try await device.publish(topic: topic, payload: progress(number), qos: .atLeastOnce)
                }
            }
            try await group.waitForAll()
        }
        await device.disconnect()
    }

    @Test func `takes in at its end what the broker could not deliver yet`() async throws {
        let broker = try slowBroker()
        let summary = try await broker.run {
            let address = try BrokerAddress(url: "mqtt://127.0.0.1:\(broker.ports[0])")
            var plan = RecordingPlan()
            plan.brokers = [BrokerSubscription(url: address.url)]
            return try await LiveRecording.run(plan, store: store, dialects: BuiltInDialects.load()) { _ in
                try await publish(2_000, to: address)
            }.summary
        }
        let isSomethingLeft = summary.notes.contains {
            if case .broker(_, .waiting) = $0 { true } else { false }
        }
        #expect(!isSomethingLeft)
        let stored = try store.query(sql: "SELECT count(*), count(DISTINCT downloaded_bytes) FROM message")
        #expect(stored.rows == [[.integer(2_000), .integer(2_000)]])
    }

    @Test func `a session that is kept loses nothing at the end of a recording, and repeats nothing`()
        async throws
    {
        let broker = try slowBroker()
        try await broker.run {
            let address = try BrokerAddress(url: "mqtt://127.0.0.1:\(broker.ports[0])")
            var plan = RecordingPlan()
            plan.brokers = [BrokerSubscription(url: address.url)]
            let dialects = try BuiltInDialects.load()
            plan.brokers[0].keepsSession = true
            _ = try await LiveRecording.run(plan, store: store, dialects: dialects) { _ in
                try await publish(2_000, to: address)
            }
            // The broker has most of them still; a recording that ends at once takes some, each of them once.
            _ = try await LiveRecording.run(plan, store: store, dialects: dialects) { _ in }
            plan.brokers[0].keepsSession = false
            _ = try await LiveRecording.run(plan, store: store, dialects: dialects) { _ in }
        }
        let stored = try store.query(sql: "SELECT count(*), count(DISTINCT downloaded_bytes) FROM message")
        #expect(stored.rows == [[.integer(2_000), .integer(2_000)]])
    }
}
