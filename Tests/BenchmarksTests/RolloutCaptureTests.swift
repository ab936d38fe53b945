// The generated capture holds what its summary says, and the importer finds exactly that.

import Foundation
import Pipeline
import Store
import TestSupport
import Testing
import Traffic

@testable import Benchmarks

/// A rollout with every fate on both dialects, spread so far that the first silent upgrades are given up within it.
private let rollout = Rollout(devices: 40, messagesPerDevice: 12, spacing: .seconds(90))

/// A capture of `rollout`, and its import.
private struct ImportedRollout {
    let summary: RolloutSummary
    let imported: ImportSummary
    let store: UpgradeStore
    private let folder: ScratchFolder

    init(_ rollout: Rollout) async throws {
        folder = try ScratchFolder()
        summary = try RolloutCapture.write(rollout, to: folder.path("rollout.pcap"))
        store = try UpgradeStore.open(path: folder.path("rollout.sqlite"), .createIfMissing)
        let importer = CaptureImport(store: store, dialects: try BuiltInDialects.load())
        imported = try await importer.run(path: folder.path("rollout.pcap")) { _ in }
    }

    /// The rows of a query as text.
    func rows(_ sql: String) throws -> [String] {
        try store.query(sql: sql).rows.map { row in
            row.map { value in
                switch value {
                case .null: "–"
                case .integer(let number): String(number)
                case .real(let number): String(number)
                case .text(let text): text
                case .blob(let bytes): "\(bytes.count) bytes"
                }
            }.joined(separator: " ")
        }
    }
}

@Test func `keeps every message of a rollout and loses nothing`() async throws {
    let run = try await ImportedRollout(rollout)
    #expect(run.imported.capture.packets == run.summary.packets)
    #expect(run.imported.capture.bytes == run.summary.bytes)
    #expect(run.imported.capture.losses == Losses())
    #expect(run.imported.kept.messagesSeen == run.summary.messages)
    #expect(run.imported.kept.messagesKept == run.summary.messages)
    #expect(run.imported.kept.unreadable == 0)
    #expect(run.imported.kept.transfers == run.summary.downloads)
    #expect(
        try run.rows(
            "SELECT count(*) FROM message WHERE id NOT IN (SELECT message_id FROM session_message WHERE copy_of NOT NULL)"
        ) == ["\(run.summary.messages)"]
    )
}

@Test func `gives each upgrade of a rollout the end that it was made with`() async throws {
    let run = try await ImportedRollout(rollout)
    let sessions = try run.rows(
        """
        SELECT dialect, outcome, failure_class, count(*) FROM session
        GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
        """
    )
    #expect(
        sessions
            == ["iot-cloud-ota", "jetlinks"].flatMap { dialect in
                [
                    "\(dialect) failed hash-mismatch 2", "\(dialect) failed http-error 1",
                    "\(dialect) failed stalled 1", "\(dialect) ok – 16",
                ]
            }
    )
}

@Test func `imports half-open flows as nothing but packets`() async throws {
    let run = try await ImportedRollout(Rollout(devices: 2, messagesPerDevice: 8, halfOpenFlows: 300))
    #expect(run.summary.halfOpenFlows == 300)
    #expect(run.imported.capture.packets == run.summary.packets)
    #expect(run.imported.kept.messagesKept == run.summary.messages)
    #expect(run.imported.capture.losses == Losses())
}

@Test func `writes the same bytes for the same seed and others for another`() throws {
    let folder = try ScratchFolder()
    let captures = try ([7, 7, 8] as [UInt64]).enumerated().map { index, seed in
        let path = folder.path("\(index).pcap")
        _ = try RolloutCapture.write(Rollout(devices: 4, messagesPerDevice: 8, seed: seed), to: path)
        return try Data(contentsOf: URL(filePath: path))
    }
    #expect(captures[0] == captures[1])
    #expect(captures[0] != captures[2])
}

@Test(arguments: [6, 20, 40])
func `publishes as many messages as were asked for`(messages: Int) throws {
    let folder = try ScratchFolder()
    // The first two devices of a rollout succeed.
    let rollout = Rollout(devices: 2, messagesPerDevice: messages)
    #expect(try RolloutCapture.write(rollout, to: folder.path("a.pcap")).messages == 2 * messages)
}

@Test func `interleaves devices and never goes back in time`() throws {
    var traffic = try RolloutTraffic(Rollout(devices: 60, messagesPerDevice: 8))
    var batch = PacketBatch()
    var last = Rollout.start
    var underWay = 0
    while let time = try traffic.next(into: &batch) {
        #expect(time >= last)
        last = time
        underWay = max(underWay, traffic.upgradesUnderWay)
        batch.removeAll()
    }
    // All but the few whose download failed at once.
    #expect(underWay > 50)
    #expect(traffic.upgradesUnderWay == 0)
}

@Test func `holds no more upgrades when there are ten times the devices`() throws {
    let most = try [60, 600].map { devices in
        var traffic = try RolloutTraffic(
            Rollout(devices: devices, messagesPerDevice: 6, spacing: .seconds(4))
        )
        var batch = PacketBatch()
        var most = 0
        while try traffic.next(into: &batch) != nil {
            most = max(most, traffic.upgradesUnderWay)
            batch.removeAll()
        }
        return most
    }
    #expect((10...20).contains(most[0]))
    #expect(most[1] <= most[0] + 2)
}

@Test func `sums up a rollout by its shares`() throws {
    let folder = try ScratchFolder()
    let summary = try RolloutCapture.write(rollout, to: folder.path("rollout.pcap"))
    #expect(summary.fates == [.success: 32, .digestMismatch: 4, .notFound: 2, .silence: 2])
    #expect(summary.downloads == 10)
    #expect(summary.flows == 50)
}
