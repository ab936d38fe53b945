// An upgrade that goes on under another recorder: one session at once, not when all is derived again.

import CustomDump
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

struct ContinuationTests {
    private let folder: ScratchFolder
    private let dialects: DialectSet

    init() throws {
        folder = try ScratchFolder()
        dialects = try BuiltInDialects.load()
    }

    /// Records a capture as a recorder does that is there meanwhile, deriving nothing again at its end.
    private func record(
        _ file: URL,
        into store: UpgradeStore,
        _ id: Int64,
        with ingest: Ingest
    ) async throws -> Timestamp {
        var capture = try CaptureReading(path: file.path)
        var collector = EvidenceCollector(recordingID: id)
        while capture.read(1_000, into: &collector) {}
        capture.finish(into: &collector)
        var reader = EvidenceReader(dialects)
        var evidence = ReadEvidence()
        reader.read(&collector.pending, into: &evidence)
        try await ingest.receive(evidence)
        return try #require(capture.summary.endedAt)
    }

    private func begin(_ store: UpgradeStore, at time: Int64) throws -> Int64 {
        try store.beginRecording(
            RecordingStart(
                source: "lo",
                kind: .interface,
                startedAt: Timestamp(nanoseconds: time),
                toolVersion: "1"
            )
        )
    }

    @Test(arguments: ["iot-cloud-ota-success", "jetlinks-success", "jetlinks-corrupted"], [true, false])
    func `goes on with an upgrade that an earlier recorder saw begin`(name: String, isFiled: Bool)
        async throws
    {
        let file = Fixtures.captures.appending(path: "\(name).pcap")
        let whole = try await ImportedStore([file])
        let accepted = try whole.rows("SELECT accepted_at FROM session")[0][0]
        let pieces = try CapturePieces(file)
        let time = try #require(Int64(accepted))
        let cut = try #require(pieces.times.firstIndex { $0 > time })
        let files = try pieces.write(cutAt: [cut], to: folder.url, named: name)
        let store = try UpgradeStore.open(path: folder.path("\(name).sqlite"), .createIfMissing)
        // A recorder that was killed may have filed the messages, or only stored them.
        let first = try Ingest(store: store, dialects: dialects, derivesSessions: isFiled)
        let firstID = try begin(store, at: pieces.times[0])
        _ = try await record(files[0], into: store, firstID, with: first)
        try await first.commit()
        try store.interruptRunningRecordings()
        #expect(try store.sessions().count == (isFiled ? 1 : 0))
        let at = Timestamp(nanoseconds: pieces.times[cut])
        let second = try Ingest(store: store, dialects: dialects, continuing: Continuation(at: at))
        let secondID = try begin(store, at: pieces.times[cut])
        let end = try await record(files[1], into: store, secondID, with: second)
        _ = try await second.finish(at: end)
        expectNoDifference(try GoldenSessions.json(of: store), try GoldenSessions.json(of: whole.store))
    }

    @Test func `leaves alone what was over when the recorder came back`() async throws {
        let file = Fixtures.captures.appending(path: "iot-cloud-ota-success.pcap")
        let imported = try await ImportedStore([file])
        let before = try GoldenSessions.json(of: imported.store)
        // However young the capture is, by then its session is over.
        let later = Timestamp.now().advanced(by: .seconds(7_200))
        let ingest = try Ingest(
            store: imported.store,
            dialects: dialects,
            continuing: Continuation(at: later)
        )
        _ = try await ingest.finish(at: later)
        #expect(try GoldenSessions.json(of: imported.store) == before)
        // The command that ran is remembered: it runs a second time.
        let again = try Ingest(store: imported.store, dialects: dialects, continuing: Continuation(at: later))
        let id = try begin(imported.store, at: later.nanoseconds)
        _ = try await record(file, into: imported.store, id, with: again)
        try await again.commit()
        #expect(try imported.rows("SELECT attempt FROM session ORDER BY id") == [["1"], ["2"]])
    }

    @Test func `goes on with the session that a recorder had begun which was killed before, too`()
        async throws
    {
        let store = try UpgradeStore.open(path: folder.path("killed.sqlite"), .createIfMissing)
        for numbers in [1...3, 4...6] {
            let id = try store.beginRecording(
                RecordingStart(
                    source: "mqtt://x",
                    kind: .broker,
                    startedAt: Timestamp(seconds: 1),
                    toolVersion: "1"
                )
            )
            do {
                let spool = try DeliverySpool(folder: store.path + ".spool/someone", recordingID: id)
                #expect(spool.append(DeliveryBatch(numbers.map(delivery))))
            }
            #expect(
                try await SpoolRecovery.run(store, dialects: dialects, limits: TrackerLimits()).deliveries
                    == 3
            )
        }
        let sessions = try store.sessions()
        #expect(sessions.map(\.session.progressCount) == [6])
        #expect(sessions.map(\.session.key.attempt) == [1])
    }

    private func delivery(_ number: Int) -> Delivery {
        Delivery(
            receivedAt: Timestamp(seconds: Int64(number + 1)),
            receivedMonotonic: .now,
            topic: Array("v1/7/firmware/download/progress".utf8),
            payload: Array(#"{"command_id":"c1","progress":\#(number * 10)}"#.utf8),
            qos: .atLeastOnce,
            isRetained: false,
            isDuplicate: false,
            packetID: UInt16(number)
        )
    }
}
