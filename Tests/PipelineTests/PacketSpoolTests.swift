// Sniffed packets that wait on the disk: worked off in order, and taken in after a crash.

import BrokerLink
import CustomDump
import Dialects
import Foundation
import PacketSources
import Sessions
import Store
import TestSupport
import Testing
import Traffic

@testable import Pipeline

@Suite(.serialized, .timeLimit(.minutes(2)))
struct PacketSpoolTests {
    private let folder: ScratchFolder
    private let store: UpgradeStore
    private let dialects: DialectSet

    init() throws {
        folder = try ScratchFolder()
        store = try UpgradeStore.open(path: folder.path("field.sqlite"), .createIfMissing)
        dialects = try BuiltInDialects.load()
    }

    private var spool: String { store.path + ".packets" }

    private func begin() throws -> Int64 {
        try store.beginRecording(
            RecordingStart(
                source: "lo (tcp)",
                kind: .interface,
                startedAt: Timestamp(seconds: 1),
                toolVersion: "1"
            )
        )
    }

    /// A report of progress, large enough that a few hundred of them are more than memory may hold.
    private func progress(_ number: Int) -> [UInt8] {
        let padding = String(repeating: "x", count: 16_000)
        return Array(
            """
            {"command_id": "c1", "progress": \(number % 90), "downloaded_bytes": \(number), "total_bytes": 9000, \
            "speed_kbps": 1.0, "eta_seconds": 1, "timestamp": "2026-08-30T12:00:00Z", "padding": "\(padding)"}
            """.utf8
        )
    }

    @Test(.enabled(if: CaptureRights.canSniffLoopback, "sniffing lo is not permitted"))
    func `keeps a burst on the disk and works it off, in order and with nothing lost`() async throws {
        let id = try begin()
        let ingest = try Ingest(store: store, dialects: dialects)
        let count = 600
        try await withPrivateBroker { broker in
            var plan = InterfacePlan(name: "lo")
            plan.filter = "tcp port \(broker.address.port)"
            plan.queueBytes = 8 << 20
            plan.spareBytes = 0
            // Nobody decodes while the burst comes.
            let source = try InterfaceSource.open(
                plan,
                recordingID: id,
                limits: ReadingLimits(),
                spoolFolder: spool
            )
            let device = try await BrokerClient.connect(to: broker.address)
            for number in 0..<count {
                try await device.publish(
                    topic: "v1/7/firmware/download/progress",
                    payload: progress(number),
                    qos: .atLeastOnce
                )
            }
            await device.disconnect()
            #expect(await source.close() == nil)
            #expect(source.spooledPackets > 0)
            #expect(try await source.run(into: ingest, reading: dialects) == nil)
            let totals = source.totals
            #expect(totals.losses.queueDrops == 0 && totals.losses.gaps == 0, "\(totals)")
            let counts = try await ingest.finish(at: .now())
            #expect(counts[id]?.messagesKept == Int64(count))
            #expect(source.spooledPackets == 0)
            source.removeSpool(storedUpTo: counts[id]?.spoolPosition ?? 0)
        }
        #expect(!FileManager.default.fileExists(atPath: spool))
        let session = try store.session(.last).session
        #expect(session.progressCount == count)
        #expect(session.claimedBytes == Int64(count - 1), "the last one is the last")
    }

    /// A recorder that was killed: its recording, and packets that it had put on the disk and not decoded.
    private func abandoned(_ capture: URL) throws -> Int64 {
        let id = try begin()
        try FileManager.default.createDirectory(atPath: spool, withIntermediateDirectories: true)
        var file = try CaptureFile(path: capture.path)
        var packets: [(PacketHeader, [UInt8])] = []
        while try file.next({ header, bytes in packets.append((header, bytes.withUnsafeBytes { Array($0) })) }
        ) {}
        // In two files, of which the later one begins where the earlier one ends.
        var position = 0
        for part in [packets.prefix(packets.count / 2), packets.dropFirst(packets.count / 2)] {
            let digits = String(position)
            let name = "\(id)-" + String(repeating: "0", count: 19 - digits.count) + digits + ".pcap"
            var writer = try CaptureWriter(path: spool + "/" + name, linkType: packets[0].0.linkType)
            for (header, bytes) in part {
                try writer.write(header, bytes.span.bytes)
                position += 16 + bytes.count
            }
            try writer.close()
        }
        return id
    }

    private func recover(_ reading: ReadingLimits = ReadingLimits()) async throws -> Recovered {
        try await SpoolRecovery.run(store, dialects: dialects, reading: reading)
    }

    @Test func `takes in what a killed recorder left on the disk, once`() async throws {
        let capture = Fixtures.captures.appending(path: "iot-cloud-ota-success.pcap")
        let id = try abandoned(capture)
        let copy = folder.path("copy")
        try FileManager.default.copyItem(atPath: spool, toPath: copy)
        #expect(try await recover().packets > 0)
        #expect(!FileManager.default.fileExists(atPath: spool))
        let imported = try await ImportedStore([capture])
        expectNoDifference(try GoldenSessions.json(of: store), try GoldenSessions.json(of: imported.store))
        let recording = try #require(try store.recordings().first { $0.id == id })
        #expect(recording.state == .interrupted)
        // Killed again before the files were removed: the store knows how far it has them.
        try FileManager.default.moveItem(atPath: copy, toPath: spool)
        #expect(try await recover() == Recovered())
        #expect(!FileManager.default.fileExists(atPath: spool))
        #expect(try store.recordings().first { $0.id == id }?.counts == recording.counts)
    }

    @Test func `decodes what was left within the limits that are asked for, and says what they cut`()
        async throws
    {
        let id = try abandoned(Fixtures.captures.appending(path: "iot-cloud-ota-success.pcap"))
        var reading = ReadingLimits()
        reading.connections = 1
        _ = try await recover(reading)
        #expect(try store.recordings().first { $0.id == id }?.counts.losses.evictedFlows ?? 0 > 0)
    }

    @Test func `numbers connections and files behind those that the recording has already`() async throws {
        let id = try abandoned(Fixtures.captures.appending(path: "iot-cloud-ota-success.pcap"))
        // What an earlier recovery had decoded when it was killed in its turn.
        let someone = Endpoint(address: IPAddress(ipv4: 0x0A00_0009), port: 40_000)
        let earlier = Connection(
            number: 1_000_001,
            client: someone,
            server: someone,
            openedAt: Timestamp(seconds: 1)
        )
        var batch = StoreBatch()
        batch.add(earlier, id)
        try store.write(batch)
        let before = try store.query(sql: "SELECT * FROM connection").rows
        #expect(before.count == 1)
        #expect(try store.numbers(ofRecording: id) == RecordedNumbers(connections: 1_000_001))
        _ = try await recover()
        let after = try store.query(sql: "SELECT * FROM connection ORDER BY number").rows
        #expect(after.count > 1 && after.first == before.first)
        let numbers = try store.query(sql: "SELECT number FROM connection ORDER BY number").rows
        #expect(numbers[1] == [.integer(1_000_002)])
    }

    @Test func `tells of what waits, and takes it in when asked to repair`() async throws {
        _ = try abandoned(Fixtures.captures.appending(path: "jetlinks-missing.pcap"))
        let doctor = Doctor(path: store.path)
        let before = try #require(try await doctor.examine().first { $0.name == "packets" })
        #expect(before.grade == .warning && before.finding.contains("wait to be decoded"))
        let after = try await doctor.repair(reading: dialects).filter { $0.name == "packets" }
        #expect(after.map(\.grade) == [.repaired, .ok])
        #expect(try !store.sessions().isEmpty)
    }

    @Test func `takes in nothing that belongs to another store`() async throws {
        let id = try abandoned(Fixtures.captures.appending(path: "jetlinks-missing.pcap"))
        let name = try FileManager.default.contentsOfDirectory(atPath: spool).sorted()[0]
        let stranger = name.replacing("\(id)-", with: "99-", maxReplacements: 1)
        try FileManager.default.moveItem(atPath: spool + "/" + name, toPath: spool + "/" + stranger)
        let error = await #expect(throws: RunError.self) { try await recover() }
        #expect(error?.message.contains("recording 99") == true)
        let check = try await Doctor(path: store.path).examine().first { $0.name == "packets" }
        #expect(check?.grade == .error && check?.finding.contains("recording 99") == true)
        #expect(FileManager.default.fileExists(atPath: spool + "/" + stranger))
    }
}
