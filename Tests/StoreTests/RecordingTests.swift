// Recordings: their life, their losses, and files that are imported twice.

import Sessions
import TestSupport
import Testing
import Traffic

@testable import Store

struct RecordingTests {
    let folder: ScratchFolder
    let store: UpgradeStore

    init() throws {
        folder = try ScratchFolder()
        store = try folder.store()
    }

    @Test func `a recording comes back with every kind of loss`() throws {
        let id = try store.begin()
        var losses = Losses()
        losses.kernelDrops = 1
        losses.interfaceDrops = 2
        losses.queueDrops = 3
        losses.gaps = 4
        losses.gapBytes = 5
        losses.cutPackets = 6
        losses.undecodablePackets = 7
        losses.malformedPackets = 8
        losses.evictedFlows = 9
        losses.encryptedConnections = 10
        losses.conflictingRetransmissions = 15
        losses.straySegments = 16
        losses.unreadableConnections = 17
        losses.oversizedPackets = 18
        losses.forgottenAliases = 19
        losses.forgottenSessions = 20
        losses.forgottenRequests = 21
        losses.unmeasuredBodies = 22
        losses.devicesLetGo = 23
        losses.downloadsLetGo = 24
        losses.unreachedNotKept = 25
        losses.unreachedLetGo = 26
        losses.unwrittenPackets = 27
        losses.isCaptureCut = true
        let counts = RecordingCounts(
            packets: 11,
            bytes: 12,
            messagesSeen: 13,
            messagesKept: 14,
            losses: losses
        )
        try store.finishRecording(id, endedAt: .after(5), counts: counts, state: .finished)
        let recording = try #require(try store.recordings().first)
        #expect(recording.counts == counts)
        #expect(recording.state == .finished)
        #expect(recording.endedAt == .after(5))
        #expect(recording.start.source == "lo")
    }

    @Test func `a recording that was killed shows as running until it is closed`() throws {
        let id = try store.begin()
        try store.write { $0.counts[id] = RecordingCounts(packets: 5) }
        try store.close()
        let reopened = try UpgradeStore.open(path: folder.storePath, .existing)
        let recording = try #require(try reopened.recordings().first)
        #expect(recording.state == .running)
        #expect(recording.counts.packets == 5)
        try reopened.finishRecording(id, endedAt: .after(1), counts: recording.counts, state: .interrupted)
        #expect(try reopened.recordings().first?.state == .interrupted)
    }

    @Test func `recordings that were killed end at the last thing they saw, each at its own`() throws {
        let messageLast = try store.begin()
        let transferLast = try store.begin()
        let silent = try store.begin()
        let backwards = try store.begin()
        let finished = try store.begin()
        try store.finishRecording(
            finished,
            endedAt: .after(99),
            counts: RecordingCounts(packets: 3),
            state: .finished
        )
        try store.write {
            $0.messages = [
                StoredMessage(id: 1, message: .sample(recording: messageLast, at: 7)),
                StoredMessage(id: 2, message: .sample(recording: messageLast, at: 5)),
                StoredMessage(id: 3, message: .sample(recording: transferLast, at: 2)),
                StoredMessage(id: 4, message: .sample(recording: backwards, at: -8)),
            ]
            $0.transfers = [messageLast, transferLast].enumerated().map { index, recording in
                let transfer = Transfer.sample(at: 1, taking: .seconds(3))
                return StoredTransfer(id: Int64(index + 1), recordingID: recording, transfer: transfer)
            }
            $0.counts = [messageLast: RecordingCounts(packets: 5)]
        }
        try store.interruptRunningRecordings()
        let recordings = try store.recordings()
        #expect(recordings.map(\.id) == [messageLast, transferLast, silent, backwards, finished])
        #expect(recordings.map(\.endedAt) == [.after(7), .after(4), start, start, .after(99)])
        #expect(recordings.map(\.state) == Array(repeating: .interrupted, count: 4) + [.finished])
        #expect(recordings.map(\.counts.packets) == [5, 0, 0, 0, 3])
    }

    @Test func `the same file is imported once and the refusal names the earlier recording`() throws {
        let digest = String(repeating: "a", count: 64)
        let first = try store.begin(.file, sha256: digest)
        let error = try #require(throws: StoreError.self) { try store.begin(.file, sha256: digest) }
        #expect(error.code == .alreadyImported)
        #expect(error.message.contains("recording \(first)"))
        #expect(error.message.contains("otatape reindex"))
        #expect(try store.recordings().count == 1)
    }

    @Test(arguments: [StoredRecording.State.failed, .interrupted])
    func `an import that did not end well can be done again, without leftovers`(
        state: StoredRecording.State
    ) throws {
        let digest = String(repeating: "a", count: 64)
        let first = try store.begin(.file, sha256: digest)
        try store.write {
            $0.messages = [StoredMessage(id: 1, message: .sample(recording: first))]
            $0.transfers = [StoredTransfer(id: 1, recordingID: first, transfer: .sample())]
            $0.sessions = [DerivedSession(session: .sample(), messageIDs: [1], transferIDs: [1])]
            $0.recordingFindings = [.sample(recording: first)]
        }
        try store.finishRecording(first, endedAt: .after(1), counts: RecordingCounts(), state: state)
        let second = try store.begin(.file, sha256: digest)
        #expect(second != first)
        #expect(try store.recordings().map(\.id) == [first, second], "until it is done again")
        try store.finishImport(.sample(of: second, [digest]))
        #expect(try store.recordings().map(\.id) == [second])
        #expect(try store.evidence(ofSession: 1).isEmpty)
        try store.expectNoDanglingReference()
        for table in ["message", "connection", "session_message", "transfer", "anomaly"] {
            #expect(try store.query(sql: "SELECT * FROM \(table)").rows.isEmpty)
        }
        try store.write { $0.messages = [StoredMessage(id: 1, message: .sample(recording: second))] }
    }

    @Test
    func `findings about a recording stay when sessions are derived again, those about evidence do not`()
        throws
    {
        let id = try store.begin()
        let stray = Anomaly(code: .invalidPayload, severity: .notice, at: .after(1), text: "stray")
        try store.write {
            $0.recordingFindings = [.sample(recording: id)]
            $0.findings = [stray]
        }
        try store.replaceSessions { _ in }
        let rows = try store.query(sql: "SELECT recording_id, code, text FROM anomaly").rows
        #expect(rows == [[.integer(id), .text("connection-given-up"), .text("given up")]])
    }

    @Test func `refuses a finding about a recording that does not exist`() throws {
        #expect(throws: StoreError.self) {
            try store.write { $0.recordingFindings = [.sample(recording: 99)] }
        }
    }

    @Test(arguments: 0..<10)
    func `calls no recording lossless of which a limit cut something`(kind: Int) throws {
        let kinds: [WritableKeyPath<Losses, Int64>] = [
            \.oversizedPackets, \.forgottenAliases, \.forgottenSessions, \.forgottenRequests,
            \.unreachedNotKept, \.unmeasuredBodies, \.devicesLetGo, \.downloadsLetGo,
            \.unreachedLetGo, \.unwrittenPackets,
        ]
        let id = try store.begin()
        let query = try #require(UpgradeStore.queries.first { $0.name == "recording-losses" }).sql
        var counts = RecordingCounts()
        func isLossless() throws -> SQLValue? { try store.query(sql: query).rows.first?.last }
        #expect(try isLossless() == .integer(1))
        counts.losses[keyPath: kinds[kind]] = 1
        try store.finishRecording(id, endedAt: .after(1), counts: counts, state: .finished)
        #expect(try isLossless() == .integer(0))
    }

    @Test func `recordings without a file digest never collide`() throws {
        #expect(try store.begin() != store.begin())
    }

    @Test func `totals of a recording that does not exist are refused`() throws {
        let error = try #require(throws: StoreError.self) {
            try store.write { $0.counts[99] = RecordingCounts() }
        }
        #expect(error.code == .notFound)
    }

    @Test(arguments: RecordingStart.Kind.allCases)
    func `every kind of source can be recorded`(kind: RecordingStart.Kind) throws {
        _ = try store.begin(kind)
        #expect(try store.recordings().map(\.start.kind) == [kind])
    }
}
