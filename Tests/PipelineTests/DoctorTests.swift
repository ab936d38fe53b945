// What the doctor finds around a store, and what it puts in order.

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

private extension [HealthCheck] {
    subscript(name: String) -> HealthCheck? { last { $0.name == name } }
    func repaired(_ name: String) -> String? {
        first { $0.name == name && $0.grade == .repaired }?.finding
    }
}

@Suite(.timeLimit(.minutes(2)))
struct DoctorTests {
    private let folder: ScratchFolder
    private let store: UpgradeStore
    private let doctor: Doctor

    init() throws {
        folder = try ScratchFolder()
        store = try UpgradeStore.open(path: folder.path("field.sqlite"), .createIfMissing)
        doctor = Doctor(path: store.path, mosquittoFolder: folder.path("mosquitto"))
    }

    /// A recording that was killed, with deliveries in its spool.
    private func killedRecording(_ id: Int64? = nil) throws {
        let begun = try store.beginRecording(
            RecordingStart(
                source: "mqtt://127.0.0.1:1883",
                kind: .broker,
                startedAt: .now(),
                toolVersion: "1"
            )
        )
        let spool = try DeliverySpool(
            folder: SpoolFolders.folder(of: "client", beside: store),
            recordingID: id ?? begun
        )
        let deliveries = (1...7).map { number in
            let text = """
                {"command_id": "c1", "progress": \(number), "downloaded_bytes": \(number), "total_bytes": 100, \
                "speed_kbps": 1.0, "eta_seconds": 1, "timestamp": "2026-08-30T12:00:00Z"}
                """
            return Delivery(
                receivedAt: .now(),
                receivedMonotonic: .now,
                topic: Array("v1/7/firmware/download/progress".utf8),
                payload: Array(text.utf8),
                qos: .atLeastOnce,
                isRetained: false,
                isDuplicate: false,
                packetID: UInt16(number)
            )
        }
        #expect(spool.append(DeliveryBatch(deliveries)))
    }

    @Test func `finds a fresh store in order and changes nothing`() async throws {
        let checks = try await doctor.examine()
        #expect(checks.allSatisfy { $0.grade == .ok || $0.name == "space" || $0.name == "log" }, "\(checks)")
        let names = [
            "integrity", "references", "recordings", "clock", "log", "spool", "packets", "space", "mode",
            "broker",
        ]
        #expect(names.allSatisfy { checks[$0] != nil })
    }

    @Test func `ends what a killed recorder left, and takes in what its spool holds`() async throws {
        try killedRecording()
        let before = try await doctor.examine()
        #expect(before["recordings"]?.grade == .warning)
        #expect(before["spool"]?.finding == "7 deliveries wait to be taken in")
        let after = try await doctor.repair(reading: BuiltInDialects.load())
        #expect(after.repaired("recordings") == "1 ended as interrupted")
        #expect(after.repaired("spool") == "7 deliveries taken in")
        #expect(after["recordings"]?.grade == .ok && after["spool"]?.grade == .ok, "\(after)")
        #expect(try store.recordings().map(\.state) == [.interrupted])
        #expect(try store.session(.last).session.progressCount == 7)
        let again = try await doctor.repair(reading: BuiltInDialects.load())
        #expect(again.repaired("recordings") == nil && again.repaired("spool") == nil)
        #expect(try store.session(.last).session.progressCount == 7)
    }

    @Test func `names deliveries that belong to another store, and does not touch them`() async throws {
        try killedRecording(99)
        let spool = try #require(try await doctor.examine()["spool"])
        #expect(spool.grade == .error && spool.finding.contains("recording 99"))
        await #expect(throws: RunError.self) { try await doctor.repair(reading: BuiltInDialects.load()) }
        #expect(try await doctor.examine()["spool"] == spool)
    }

    @Test func `looks beside a running recorder, and repairs nothing then`() async throws {
        let lock = try RecorderLock(of: store)
        try killedRecording()
        let checks = try await doctor.examine()
        #expect(checks["recordings"]?.grade == .ok && checks["spool"]?.grade == .ok)
        let error = await #expect(throws: RunError.self) {
            try await doctor.repair(reading: BuiltInDialects.load())
        }
        #expect(error?.code == .impossible)
        lock.release()
        #expect(try await doctor.examine()["recordings"]?.grade == .warning)
    }

    @Test func `takes a store away from other users' eyes, and empty folders away`() async throws {
        chmod(store.path, 0o644)
        let empty = SpoolFolders.folder(of: "gone", beside: store)
        try FileManager.default.createDirectory(atPath: empty, withIntermediateDirectories: true)
        let before = try await doctor.examine()
        #expect(before["mode"]?.finding.contains("644") == true)
        #expect(before["spool"]?.finding == "1 empty folders")
        let after = try await doctor.repair(reading: BuiltInDialects.load())
        #expect(after["mode"]?.grade == .ok && after["spool"]?.finding == "none")
        var status = stat()
        #expect(stat(store.path, &status) == 0 && status.st_mode & 0o777 == 0o600)
    }

    @Test func `leaves a damaged file as it is`() async throws {
        try store.close()
        var contents = try Data(contentsOf: URL(filePath: store.path))
        for place in 200..<contents.count where place % 3 == 0 { contents[place] = 0xA5 }
        try contents.write(to: URL(filePath: store.path))
        let checks = try await doctor.repair(reading: BuiltInDialects.load())
        #expect(checks.first?.name == "repair" && checks.first?.grade == .error)
        #expect(try Data(contentsOf: URL(filePath: store.path)) == contents)
    }

    @Test func `says when there is no store`() async throws {
        let error = await #expect(throws: StoreError.self) {
            try await Doctor(path: folder.path("none.sqlite")).examine()
        }
        #expect(error?.code == .missing)
    }

    @Test(arguments: [
        ("max_queued_messages 0\npersistence true\n", HealthCheck.Grade.ok, ""),
        ("# max_queued_messages 0\npersistence true\n", .warning, "max_queued_messages 0"),
        ("max_queued_messages 0\npersistence false\n", .warning, "persistence true"),
        ("max_queued_messages 1000\npersistence true\nmax_queued_messages  0 \n", .ok, ""),
    ])
    func `reads whether this machine's broker keeps what it cannot deliver`(
        settings: String,
        grade: HealthCheck.Grade,
        missing: String
    ) async throws {
        try killedRecording()
        #expect(try await doctor.examine()["broker"]?.finding.contains("cannot be seen") == true)
        try FileManager.default.createDirectory(
            atPath: folder.path("mosquitto/conf.d"),
            withIntermediateDirectories: true
        )
        try Data("per_listener_settings false\n".utf8)
            .write(to: URL(filePath: folder.path("mosquitto/mosquitto.conf")))
        try Data(settings.utf8).write(to: URL(filePath: folder.path("mosquitto/conf.d/a.conf")))
        let check = try #require(try await doctor.examine()["broker"])
        #expect(check.grade == grade, "\(check)")
        #expect(missing.isEmpty || check.finding.hasSuffix(missing), "\(check)")
    }

    @Test func `advises who begins to record of the settings that a promise needs, and nobody else`() throws {
        let mosquitto = folder.path("mosquitto")
        var plan = RecordingPlan()
        #expect(plan.brokerAdvice(mosquittoFolder: mosquitto) == nil)
        plan.brokers = [BrokerSubscription(url: "mqtt://ops@localhost:1883")]
        let unseen = try #require(plan.brokerAdvice(mosquittoFolder: mosquitto))
        #expect(unseen.contains("max_queued_messages 0") && unseen.contains("otatape doctor"))
        try FileManager.default.createDirectory(atPath: mosquitto, withIntermediateDirectories: true)
        let settings = URL(filePath: mosquitto + "/mosquitto.conf")
        try Data("persistence true\n".utf8).write(to: settings)
        #expect(
            plan.brokerAdvice(mosquittoFolder: mosquitto)?.contains("lacks max_queued_messages 0;") == true
        )
        try Data("persistence true\nmax_queued_messages 0\n".utf8).write(to: settings)
        #expect(plan.brokerAdvice(mosquittoFolder: mosquitto) == nil)
        plan.brokers.append(BrokerSubscription(url: "mqtts://broker.example"))
        #expect(plan.brokerAdvice(mosquittoFolder: mosquitto)?.hasPrefix("mqtts://broker.example") == true)
        plan.brokers[1].isCleanSession = true
        #expect(plan.brokerAdvice(mosquittoFolder: mosquitto) == nil)
        plan.brokers[1].isCleanSession = false
        plan.qos = .atMostOnce
        #expect(plan.brokerAdvice(mosquittoFolder: mosquitto) == nil)
    }

    @Test func `grades the room that is left by its bounds`() {
        let grades = [
            0, FreeSpace.hardlyAny - 1, FreeSpace.hardlyAny, FreeSpace.little - 1, FreeSpace.little,
        ]
        .map { FreeSpace(byteCount: $0).check.grade }
        #expect(grades == [.error, .error, .warning, .warning, .ok])
    }
}
