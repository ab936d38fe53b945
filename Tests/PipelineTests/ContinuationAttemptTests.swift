// A recorder that comes back opens no attempts that were not made, and takes nothing from a session that it knows in part.

import BrokerLink
import Dialects
import Foundation
import Sessions
import Spool
import Store
import TestSupport
import Testing
import Traffic

@testable import Pipeline

struct ContinuationAttemptTests {
    private let folder: ScratchFolder
    private let store: UpgradeStore
    private let dialects: DialectSet

    init() throws {
        folder = try ScratchFolder()
        dialects = try BuiltInDialects.load()
        store = try UpgradeStore.open(path: folder.path("attempts.sqlite"), .createIfMissing)
    }

    private func progress(_ percent: Int, of command: String = "c1", by device: Int = 7, at second: Int)
        -> Delivery
    {
        delivery("v1/\(device)/firmware/download/progress", #""progress":\#(percent)"#, command, second)
    }

    private func success(of command: String = "c1", by device: Int = 7, at second: Int) -> Delivery {
        delivery("v1/\(device)/firmware/download/result", #""status":"SUCCESS""#, command, second)
    }

    private func delivery(_ topic: String, _ what: String, _ command: String, _ second: Int) -> Delivery {
        delivery(topic, #"{"command_id":"\#(command)",\#(what)}"#, at: second)
    }

    private func delivery(_ topic: String, _ payload: String, at second: Int) -> Delivery {
        Delivery(
            receivedAt: Timestamp(seconds: Int64(second)),
            receivedMonotonic: .now,
            topic: Array(topic.utf8),
            payload: Array(payload.utf8),
            qos: .atLeastOnce,
            isRetained: false,
            isDuplicate: false,
            packetID: nil
        )
    }

    private func begin(at second: Int) throws -> Int64 {
        try store.beginRecording(
            RecordingStart(
                source: "mqtt://x",
                kind: .broker,
                startedAt: Timestamp(seconds: Int64(second)),
                toolVersion: "1"
            )
        )
    }

    /// Records as a recorder that was killed with all of it in its spool; the next start files it.
    private func record(_ deliveries: [Delivery], limits: TrackerLimits = TrackerLimits()) async throws {
        let id = try begin(at: Int(deliveries[0].receivedAt.nanoseconds / 1_000_000_000))
        try spool(deliveries, of: id)
        try store.interruptRunningRecordings()
        _ = try await SpoolRecovery.run(store, dialects: dialects, limits: limits)
    }

    private func spool(_ deliveries: [Delivery], of id: Int64, as name: String = "someone") throws {
        let spool = try DeliverySpool(folder: store.path + ".spool/\(name)", recordingID: id)
        for start in stride(from: 0, to: deliveries.count, by: 64) {
            #expect(spool.append(DeliveryBatch(Array(deliveries[start...].prefix(64)))))
        }
    }

    /// The store's sessions: device, attempt, outcome, reports of progress.
    private func sessions() throws -> [String] {
        try store.query(
            sql: "SELECT device_id, attempt, outcome, progress_count FROM session ORDER BY device_id, attempt"
        )
        .rows.map { row in
            row.map { value in
                switch value {
                case .text(let text): text
                case .integer(let number): "\(number)"
                default: "?"
                }
            }
            .joined(separator: " ")
        }
    }

    /// What a derivation from all evidence makes of it is the same.
    private func expectFinal(_ expected: [String]) throws {
        #expect(try sessions() == expected)
        try Rederivation.run(store, dialects: dialects)
        #expect(try sessions() == expected)
    }

    @Test func `counts the runs of a command once, however many of them it reads again`() async throws {
        try await record([progress(10, at: 1), success(at: 2)])
        try await record([progress(20, at: 600)])
        try await record([progress(30, at: 601)])
        try await record([progress(40, at: 602)])
        try expectFinal(["7 1 ok 1", "7 2 open 3"])
    }

    @Test func `begins no run for the end of a session that began more than a day before`() async throws {
        let day = 86_400
        let slow = stride(from: 0, to: 2 * day, by: 300).enumerated()
            .map { progress(min(99, $0 / 6), at: $1) }
        try await record(slow + [success(at: 2 * day)])
        try await record([progress(1, of: "c2", by: 8, at: 2 * day + 60)])
        #expect(try sessions() == ["7 1 ok \(slow.count)", "8 1 open 1"])
    }

    @Test func `goes on with a session that a dialect lets be silent for hours`() async throws {
        let topic = "zigbee2mqtt/hall/lamp"
        func updating(_ percent: Int, at second: Int) -> Delivery {
            delivery(topic, #"{"update":{"state":"updating","progress":\#(percent)}}"#, at: second)
        }
        try await record([updating(1, at: 1), updating(2, at: 2)])
        let again = Continuation(at: Timestamp(seconds: 5_400))
        let ingest = try Ingest(store: store, dialects: dialects, continuing: again)
        var gathered = EvidenceBatch()
        let last = updating(3, at: 5_400)
        gathered.add(
            EvidenceBatch.Publish(
                recordedAt: last.receivedAt,
                vantage: Vantage(recordingID: try begin(at: 5_400), connection: 0),
                direction: .fromBroker,
                qos: last.qos,
                isRetained: false,
                isDuplicate: false,
                packetID: nil
            ),
            topic: last.topic.span.bytes,
            payload: last.payload.span.bytes
        )
        var reader = EvidenceReader(dialects)
        var evidence = ReadEvidence()
        reader.read(&gathered, into: &evidence)
        try await ingest.receive(evidence)
        _ = try await ingest.finish(at: Timestamp(seconds: 5_401))
        #expect(try sessions() == ["hall/lamp 1 open 3"])
    }

    @Test func `leaves a session as it is whose evidence is too much to read again`() async throws {
        var limits = TrackerLimits()
        limits.messages = 200
        let first = (0..<60).map { progress($0, of: "a", by: 1, at: $0) }
        let second = (0..<60).map { progress($0, of: "b", by: 2, at: 100 + $0) }
        try await record(first + second)
        try await record(
            [progress(70, of: "a", by: 1, at: 200), progress(70, of: "b", by: 2, at: 201)],
            limits: limits
        )
        #expect(try sessions() == ["1 1 open 60", "1 2 open 1", "2 1 open 61"])
        let losses = try #require(try store.recordings().last).counts.losses
        #expect(losses.devicesLetGo == 1, "it is said that a session may be split")
        try Rederivation.run(store, dialects: dialects)
        #expect(try sessions() == ["1 1 open 61", "2 1 open 61"])
    }

    @Test func `goes on where each of several recordings was, not where the last of them was`() async throws {
        let early = try begin(at: 1)
        let late = try begin(at: 1)
        try spool([progress(10, at: 10), progress(20, at: 11)], of: early, as: "early")
        try spool([progress(10, of: "c2", by: 8, at: 9_000)], of: late, as: "late")
        try store.interruptRunningRecordings()
        _ = try await SpoolRecovery.run(store, dialects: dialects)
        // The one that was behind has more to give.
        let rest = try begin(at: 12)
        try spool([progress(30, at: 12)], of: rest, as: "early")
        try store.interruptRunningRecordings()
        _ = try await SpoolRecovery.run(store, dialects: dialects)
        #expect(try sessions() == ["7 1 open 3", "8 1 open 1"])
    }
}
