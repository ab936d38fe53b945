// How a recording introduces itself to brokers, and what it tells of them.

import BrokerLink
import Dialects
import Foundation
import Pipeline
import Sessions
import Store
import Synchronization
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

@Suite(.serialized, .timeLimit(.minutes(5)))
struct BrokerSubscriptionTests {
    private let folder: ScratchFolder
    private let dialects: DialectSet

    init() throws {
        folder = try ScratchFolder()
        dialects = try BuiltInDialects.load()
    }

    private func store(_ name: String = "live") throws -> UpgradeStore {
        try UpgradeStore.open(path: folder.path("\(name).sqlite"), .createIfMissing)
    }

    private func plan(_ port: UInt16, _ change: (inout BrokerSubscription) -> Void = { _ in })
        -> RecordingPlan
    {
        var subscription = BrokerSubscription(url: "mqtt://127.0.0.1:\(port)")
        change(&subscription)
        var plan = RecordingPlan()
        plan.brokers = [subscription]
        return plan
    }

    private func publish(_ numbers: ClosedRange<Int>, at port: UInt16) async throws {
        let device = try await BrokerClient.connect(to: BrokerAddress(host: "127.0.0.1", port: port))
        for number in numbers {
            try await device.publish(topic: topic, payload: progress(number), qos: .atLeastOnce)
        }
        await device.disconnect()
    }

    private func brokerNotes(_ notes: [RecordingNote]) -> [BrokerNote] {
        notes.compactMap { if case .broker(_, let note) = $0 { note } else { nil } }
    }

    @Test func `keeps its session in MQTT 5 when the recorder is away`() async throws {
        let store = try store()
        try await withPrivateBroker { broker in
            let plan = plan(broker.address.port) {
                $0.speaksMQTT5 = true
                $0.keepsSession = true
            }
            _ = try await LiveRecording.run(plan, store: store, dialects: dialects) { _ in }
            try await publish(1...50, at: broker.address.port)
            let second = try await LiveRecording.run(plan, store: store, dialects: dialects) { _ in }
            #expect(second.summary.progress.messagesKept == 50)
            guard
                case .subscribed(_, .atLeastOnce, _, isResumed: true)? = brokerNotes(second.summary.notes)
                    .first
            else {
                Issue.record("\(second.summary.notes)")
                return
            }
        }
    }

    @Test func `forgets what is published between two clean sessions`() async throws {
        let store = try store()
        try await withPrivateBroker { broker in
            let plan = plan(broker.address.port) { $0.isCleanSession = true }
            _ = try await LiveRecording.run(plan, store: store, dialects: dialects) { _ in }
            try await publish(1...5, at: broker.address.port)
            let second = try await LiveRecording.run(plan, store: store, dialects: dialects) { _ in
                try await publish(6...7, at: broker.address.port)
            }
            #expect(second.summary.progress.messagesKept == 2)
        }
    }

    @Test func `shares a subscription among the recorders of a group`() async throws {
        let (one, other) = (try store("one"), try store("other"))
        try await withPrivateBroker { broker in
            let plan = plan(broker.address.port) { $0.shareGroup = "recorders" }
            let outer = try await LiveRecording.run(plan, store: one, dialects: dialects) { _ in
                try await LiveRecording.run(plan, store: other, dialects: dialects) { _ in
                    try await publish(1...40, at: broker.address.port)
                }.summary.progress.messagesKept
            }
            let kept = [outer.result, outer.summary.progress.messagesKept]
            #expect(kept.reduce(0, +) == 40)
            #expect(kept.allSatisfy { $0 > 0 })
        }
    }

    @Test func `stores what the broker retained as state that begins no session`() async throws {
        let store = try store()
        try await withPrivateBroker { broker in
            let device = try await BrokerClient.connect(to: broker.address)
            try await device.publish(topic: topic, payload: progress(1), qos: .atLeastOnce, isRetained: true)
            let plan = plan(broker.address.port)
            for _ in 1...2 {
                _ = try await LiveRecording.run(plan, store: store, dialects: dialects) { recording in
                    while await recording.progress.messagesKept == 0 { await Task.yield() }
                }
            }
            #expect(try store.sessions().isEmpty)
            _ = try await LiveRecording.run(plan, store: store, dialects: dialects) { _ in
                try await device.publish(topic: topic, payload: progress(2), qos: .atLeastOnce)
            }
            await device.disconnect()
        }
        #expect(try store.sessions().map(\.session.progressCount) == [1])
        let marks = try store.query(sql: "SELECT is_retained FROM message ORDER BY downloaded_bytes, id")
        #expect(marks.rows == [[.integer(1)], [.integer(1)], [.integer(1)], [.integer(0)]])
    }

    @Test func `waits for a broker that is not there yet when told to`() async throws {
        let store = try store()
        let broker = try RealBroker { ["listener \($0[0]) 127.0.0.1", "allow_anonymous true"] }
        let (tries, tried) = AsyncStream<String>.makeStream()
        var plan = plan(broker.ports[0])
        plan.awaitsBrokers = {
            tried.yield($0.message)
            return true
        }
        let waiting = plan
        let run = Task {
            try await LiveRecording.run(waiting, store: store, dialects: dialects) { _ in }.summary
        }
        #expect(await tries.first { _ in true }?.contains("refused the connection") == true)
        let summary = try await broker.run { try await run.value }
        #expect(brokerNotes(summary.notes).count == 1)
    }

    @Test func `says what it waits for, and leaves nothing behind when nobody wants to wait any more`()
        async throws
    {
        let store = try store()
        let (words, said) = AsyncStream<String>.makeStream()
        var plan = plan(1)
        plan.awaitsBrokers = { _ in true }
        plan.whileWaiting = {
            said.yield($0)
            return false
        }
        let waiting = plan
        let error = await #expect(throws: RunError.self) {
            _ = try await LiveRecording.run(waiting, store: store, dialects: dialects) { _ in }
        }
        #expect(error?.code == .unreachable)
        #expect(await words.first { _ in true }?.hasPrefix("waiting for broker mqtt://127.0.0.1:1: ") == true)
        #expect(try store.recordings().isEmpty)
    }

    @Test func `waits for nothing that does not heal`() async throws {
        let broker = try RealBroker { ["listener \($0[0]) 127.0.0.1", "allow_anonymous false"] }
        var plan = plan(broker.ports[0])
        plan.awaitsBrokers = {
            Issue.record("waits: \($0.message)")
            return false
        }
        let waiting = plan
        let store = try store()
        let error = try await broker.run {
            await #expect(throws: RunError.self) {
                _ = try await LiveRecording.run(waiting, store: store, dialects: dialects) { _ in }
            }
        }
        #expect(error?.message.contains("--password-file") == true)
    }

    @Test(arguments: [nil, "failed", "interrupted"])
    func `tells that the broker has lost the session of a run before, whatever start came to nothing since`(
        later state: String?
    ) async throws {
        let store = try store()
        let broker = try RealBroker { ["listener \($0[0]) 127.0.0.1", "allow_anonymous true"] }
        let source = "mqtt://127.0.0.1:\(broker.ports[0])"
        let start = RecordingStart(
            source: source,
            kind: .broker,
            startedAt: Timestamp(seconds: 5),
            toolVersion: "1"
        )
        _ = try store.beginRecording(start)
        // As if it had been killed after the first message.
        var statement = "UPDATE recording SET messages_seen = 1;"
        if let state {
            statement += """
                INSERT INTO recording (source, kind, started_at, ended_at, state, tool_version)
                VALUES ('\(source)', 'broker', 6000000000, 7000000000, '\(state)', '1')
                """
        }
        #expect(try await ChildProcess.named("sqlite3", [store.path, statement]) == 0)
        let plan = plan(broker.ports[0])
        let summary = try await broker.run {
            try await LiveRecording.run(plan, store: store, dialects: dialects) { _ in }.summary
        }
        #expect(brokerNotes(summary.notes).last == .forgotten(since: Timestamp(seconds: 5)))
        let outages = try store.query(
            sql: "SELECT recording_id, started_at, is_session_kept, ended_at > started_at FROM outage"
        )
        #expect(
            outages.rows == [
                [.integer(state == nil ? 2 : 3), .integer(5_000_000_000), .integer(0), .integer(1)]
            ]
        )
    }

    private static let dynamicSecurity = "/usr/lib/x86_64-linux-gnu/mosquitto_dynamic_security.so"

    @Test(
        .enabled(
            if: FileManager.default.fileExists(atPath: dynamicSecurity),
            "no broker that refuses filters"
        )
    )
    func `goes on with the filters that the broker grants and names the others`() async throws {
        let rules = """
            {"groups": [{"groupname": "all", "roles": [{"rolename": "r"}]}], "anonymousGroup": "all", "clients": [],
            "roles": [{"rolename": "r", "acls": [
                {"acltype": "subscribePattern", "topic": "v1/#", "allow": true}
            ]}],
            "defaultACLAccess": {"publishClientSend": true, "publishClientReceive": true, "subscribe": false,
                "unsubscribe": true}}
            """
        try Data(rules.utf8).write(to: folder.url.appending(path: "rules.json"))
        let broker = try RealBroker { ports in
            [
                "listener \(ports[0]) 127.0.0.1", "allow_anonymous true", "plugin \(Self.dynamicSecurity)",
                "plugin_opt_config_file \(folder.path("rules.json"))",
            ]
        }
        let store = try store()
        let plan = plan(broker.ports[0])
        let summary = try await broker.run {
            try await LiveRecording.run(plan, store: store, dialects: dialects) { _ in
                try await publish(1...3, at: broker.ports[0])
            }.summary
        }
        #expect(summary.progress.messagesKept == 3)
        let refused = brokerNotes(summary.notes).compactMap {
            if case .refused(let names) = $0 { names } else { nil }
        }
        #expect(refused.first?.contains("zigbee2mqtt/#") == true)
        #expect(refused.first?.contains { $0.hasPrefix("v1/") } == false)
    }

    @Test func `wants a user for a password and TLS for certificates`() async throws {
        let store = try store()
        for change in [
            { (subscription: inout BrokerSubscription) in subscription.password = "hunter2" },
            { $0.authorityFile = "ca.pem" },
        ] {
            let error = await #expect(throws: RunError.self) {
                _ = try await LiveRecording.run(plan(1, change), store: store, dialects: dialects) { _ in }
            }
            #expect(error?.code == .impossible)
            #expect(error?.message.contains("hunter2") == false)
        }
        #expect(try store.recordings().isEmpty)
    }
}
