// Recording live from a real broker.

import BrokerLink
import Dialects
import Foundation
import Pipeline
import Sessions
import Store
import TestSupport
import Testing
import Traffic

private func progress(_ percent: Int) -> [UInt8] {
    Array(
        """
        {"command_id": "c1", "progress": \(percent), "downloaded_bytes": \(percent), "total_bytes": 100, \
        "speed_kbps": 1.0, "eta_seconds": 1, "timestamp": "2026-08-30T12:00:0\(percent % 10)Z"}
        """.utf8
    )
}

@Suite(.serialized, .timeLimit(.minutes(5)))
struct LiveRecordingTests {
    private let folder: ScratchFolder
    private let store: UpgradeStore
    private let dialects: DialectSet

    init() throws {
        folder = try ScratchFolder()
        store = try UpgradeStore.open(path: folder.path("live.sqlite"), .createIfMissing)
        dialects = try BuiltInDialects.load()
    }

    private func plan(for broker: PrivateBroker) -> RecordingPlan {
        var plan = RecordingPlan()
        plan.brokers = [BrokerSubscription(url: "mqtt://127.0.0.1:\(broker.address.port)")]
        return plan
    }

    @Test func `keeps what was published before the recording ended and counts the rest`() async throws {
        let summary = try await withPrivateBroker { broker in
            try await LiveRecording.run(plan(for: broker), store: store, dialects: dialects) { _ in
                let device = try await BrokerClient.connect(to: broker.address)
                for percent in 1...9 {
                    try await device.publish(
                        topic: "v1/7/firmware/download/progress",
                        payload: progress(percent),
                        qos: .atLeastOnce
                    )
                }
                try await device.publish(topic: "/p/d/telemetry", payload: [1], qos: .atLeastOnce)
                await device.disconnect()
            }.summary
        }
        #expect(summary.progress.messagesKept == 9)
        let stored = try store.session(.last)
        #expect(stored.session.progressCount == 9)
        #expect(stored.session.claimedPercent == 9)
        #expect(!stored.session.isHeadSeen)
        #expect(try store.recordings().map(\.state) == [.finished])
    }

    @Test func `goes on with the sessions that the store already holds`() async throws {
        for percents in [1...3, 4...6] {
            _ = try await withPrivateBroker { broker in
                try await LiveRecording.run(plan(for: broker), store: store, dialects: dialects) { _ in
                    let device = try await BrokerClient.connect(to: broker.address)
                    for percent in percents {
                        try await device.publish(
                            topic: "v1/7/firmware/download/progress",
                            payload: progress(percent),
                            qos: .atLeastOnce
                        )
                    }
                    await device.disconnect()
                }
            }
        }
        let sessions = try store.sessions()
        #expect(sessions.map(\.session.progressCount) == [6])
    }

    @Test func `refuses a second recorder on the same store`() async throws {
        let other = try UpgradeStore.open(path: folder.path("live.sqlite"), .existing)
        let error = try await withPrivateBroker { broker in
            try await LiveRecording.run(plan(for: broker), store: store, dialects: dialects) { _ in
                await #expect(throws: RunError.self) {
                    _ = try await CaptureImport(store: other, dialects: dialects).run(
                        path: Fixtures.captures.appending(path: "jetlinks-missing.pcap").path
                    ) { _ in }
                }
            }.result
        }
        #expect(error?.message.contains("--store") == true)
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.url.path)
        #expect(!files.contains { $0.hasSuffix(".lock") })
    }

    @Test func `marks what a killed recorder left running as interrupted`() async throws {
        let start = RecordingStart(
            source: "x",
            kind: .broker,
            startedAt: Timestamp(seconds: 1),
            toolVersion: "1"
        )
        _ = try store.beginRecording(start)
        let capture = Fixtures.captures.appending(path: "jetlinks-missing.pcap").path
        _ = try await CaptureImport(store: store, dialects: dialects).run(path: capture) { _ in }
        #expect(try store.recordings().map(\.state) == [.interrupted, .finished])
    }

    @Test func `leaves no recording behind when a source cannot be opened`() async throws {
        var plan = RecordingPlan()
        plan.brokers = [BrokerSubscription(url: "mqtt://127.0.0.1:1")]
        let error = await #expect(throws: RunError.self) {
            _ = try await LiveRecording.run(plan, store: store, dialects: dialects) { _ in }
        }
        #expect(error?.code == .unreachable)
        #expect(try store.recordings().isEmpty)
        #expect(!FileManager.default.fileExists(atPath: store.path + ".spool"))
    }

    @Test(.enabled(if: CaptureRights.canSniffLoopback, "sniffing lo is not permitted"))
    func `writes the packets of a session when it fails, and of none that does not`() async throws {
        let recorded = try await withPrivateBroker { broker in
            var interface = InterfacePlan(name: "lo")
            interface.filter = InterfacePlan.filter(ports: [broker.address.port])
            var files = PacketFileSettings(path: folder.path("failed.pcap"))
            files.keepLast = .seconds(300)
            interface.packetFiles = files
            var plan = RecordingPlan()
            plan.interface = interface
            return try await LiveRecording.run(plan, store: store, dialects: dialects) { recording in
                let device = try await BrokerClient.connect(to: broker.address)
                for (topic, payload) in [
                    ("progress", progress(5)),
                    ("result", Array(#"{"command_id": "c1", "status": "FAILED"}"#.utf8)),
                ] {
                    let notes = recording.takeNotes()
                    #expect(notes.isEmpty)
                    try await device.publish(
                        topic: "v1/7/firmware/download/\(topic)",
                        payload: payload,
                        qos: .atLeastOnce
                    )
                }
                await device.disconnect()
            }.summary
        }
        #expect(recorded.progress.lastFailure?.key.deviceID == "7")
        guard case .snapshot(let snapshot, let failures) = recorded.notes.first else {
            Issue.record("no snapshot: \(recorded.notes)")
            return
        }
        #expect(failures.map(\.key.command) == ["c1"] && !snapshot.isCutShort)
        // What was kept tells the same story once more.
        let other = try UpgradeStore.open(path: folder.path("other.sqlite"), .createIfMissing)
        let again = try await CaptureImport(store: other, dialects: dialects).run(path: snapshot.path) { _ in
        }
        #expect(again.capture.packets == snapshot.packets)
        let first = try store.session(.last).session
        #expect(try other.session(.last).session.failureClass == first.failureClass)
    }

    @Test(.enabled(if: CaptureRights.canSniffLoopback, "sniffing lo is not permitted"))
    func `keeps the evidence when the packet file cannot be written`() async throws {
        let error = await #expect(throws: RunError.self) {
            try await withPrivateBroker { broker in
                var plan = plan(for: broker)
                var interface = InterfacePlan(name: "lo")
                interface.filter = "tcp port \(broker.address.port)"
                interface.packetFiles = PacketFileSettings(path: "/dev/full")
                plan.interface = interface
                _ = try await LiveRecording.run(plan, store: store, dialects: dialects) { _ in
                    let device = try await BrokerClient.connect(to: broker.address)
                    try await device.publish(
                        topic: "v1/7/firmware/download/progress",
                        payload: progress(5),
                        qos: .atLeastOnce
                    )
                    await device.disconnect()
                }
            }
        }
        #expect(error?.message.contains("/dev/full") == true)
        let recordings = try store.recordings()
        #expect(recordings.map(\.state) == [.finished, .finished])
        #expect(recordings.allSatisfy { $0.counts.messagesKept > 0 })
        let sniffed = try #require(recordings.first { $0.counts.packets > 0 })
        #expect(sniffed.counts.losses.unwrittenPackets == sniffed.counts.packets)
        #expect(try store.session(.last).session.progressCount == 1)
    }

    @Test func `ends a killed recording at its last evidence, so that nothing expires meanwhile`()
        async throws
    {
        _ = try await withPrivateBroker { broker in
            try await LiveRecording.run(plan(for: broker), store: store, dialects: dialects) { _ in
                let device = try await BrokerClient.connect(to: broker.address)
                try await device.publish(
                    topic: "v1/7/firmware/download/progress",
                    payload: progress(5),
                    qos: .atLeastOnce
                )
                await device.disconnect()
            }
        }
        // As if it had been killed two hours ago.
        let statements = """
            UPDATE message SET recorded_at = recorded_at - 7200000000000;
            UPDATE recording SET state = 'running', ended_at = NULL, started_at = started_at - 7200000000000;
            """
        let status = try await ChildProcess.named("sqlite3", [store.path, statements])
        #expect(status == 0)
        let capture = Fixtures.captures.appending(path: "jetlinks-missing.pcap").path
        _ = try await CaptureImport(store: store, dialects: dialects).run(path: capture) { _ in }
        let outcomes = try store.sessions().filter { $0.session.key.deviceID == "7" }.map(\.session.outcome)
        #expect(outcomes == [.open])
    }
}
