// Recording goes on in another store, beside a broker that delivers all the time.

import BrokerLink
import Dialects
import Foundation
import Sessions
import Spool
import Store
import Synchronization
import TestSupport
import Testing
import Traffic

@testable import Pipeline

private let topic = "v1/7/firmware/download/progress"

/// Publishes numbered messages, one after the other, one connection each time.
private struct Publisher: Sendable {
    let address: BrokerAddress

    func publish(_ numbers: ClosedRange<Int>) async throws {
        let client = try await BrokerClient.connect(to: address)
        for number in numbers {
            let text = """
                {"command_id": "c1", "progress": 1, "downloaded_bytes": \(number), "total_bytes": 100000, \
                "speed_kbps": 1.0, "eta_seconds": 1, "timestamp": "2026-08-30T12:00:00Z"}
                """
            try await client.publish(topic: topic, payload: Array(text.utf8), qos: .atLeastOnce)
        }
        await client.disconnect()
    }
}

@Suite(.serialized, .timeLimit(.minutes(5)))
struct RecordingSeriesTests {
    private let folder: ScratchFolder
    private let path: String
    private let dialects: DialectSet

    init() throws {
        folder = try ScratchFolder()
        path = folder.path("field.sqlite")
        dialects = try BuiltInDialects.load()
    }

    private func plan(for broker: PrivateBroker) -> RecordingPlan {
        var plan = RecordingPlan()
        plan.brokers = [BrokerSubscription(url: "mqtt://127.0.0.1:\(broker.address.port)")]
        return plan
    }

    private func names() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.url.path).sorted()
    }

    /// The numbers of the messages in a store.
    private func numbers(in name: String) throws -> [Int64] {
        let store = try UpgradeStore.open(path: folder.path(name), .readOnly)
        let rows = try store.query(sql: "SELECT downloaded_bytes FROM message ORDER BY id").rows
        #expect(try store.recordings().map(\.state) == [.finished])
        try store.close()
        return rows.compactMap { if case .integer(let number) = $0[0] { number } else { nil } }
    }

    @Test func `each message is in one of the stores, however often they change`() async throws {
        let (count, changes) = (200, 3)
        let notes = Mutex<[RecordingNote]>([])
        try await withPrivateBroker { broker in
            let store = try UpgradeStore.open(path: path, .createIfMissing)
            let publisher = Publisher(address: broker.address)
            var publishing: [Task<Void, any Error>] = []
            _ = try await RecordingSeries.run(
                plan(for: broker),
                store: store,
                dialects: dialects,
                notify: { note in notes.withLock { $0.append(note) } }
            ) { recording in
                let first = publishing.count * count + 1
                publishing.append(Task { try await publisher.publish(first...first + count - 1) })
                guard publishing.count <= changes else {
                    for task in publishing { try await task.value }
                    return
                }
                // Each store takes something; the publishers go on while they change.
                while await recording.progress.messagesSeen == 0 { await Task.yield() }
                #expect(recording.prepareSuccessor(movedTo: nil))
            }
        }
        let closed = notes.withLock { notes in
            notes.compactMap { note -> String? in
                if case .storeClosed(let path) = note { URL(filePath: path).lastPathComponent } else { nil }
            }
        }
        #expect(closed.count == changes && Set(closed).count == changes)
        #expect(closed.allSatisfy { $0.wholeMatch(of: /field-[0-9]{8}T[0-9]{6}Z(-[0-9])?\.sqlite/) != nil })
        // No log, lock or spool is left beside any of them.
        #expect(try names() == (closed + ["field.sqlite"]).sorted())
        let stored = try (closed + ["field.sqlite"]).map { try numbers(in: $0) }
        #expect(stored.allSatisfy { !$0.isEmpty })
        #expect(stored.flatMap(\.self).sorted() == (1...Int64(count * (changes + 1))).map(\.self))
    }

    @Test func `a store that is moved has its log beside it under both names until it has moved`() throws {
        let (old, new) = (folder.path("field.sqlite"), folder.path("closed.sqlite"))
        for (name, text) in [(old, "store"), (old + "-wal", "log"), (new + "-wal", "of an earlier try")] {
            try Data(text.utf8).write(to: URL(filePath: name))
        }
        try StoreClosing.linkCompanions(of: old, to: new)
        for name in [old, new] {
            #expect(try String(contentsOfFile: name + "-wal", encoding: .utf8) == "log")
        }
        #expect(!FileManager.default.fileExists(atPath: new + "-shm"))
    }

    @Test func `a store that was moved is closed where it is now, and a new one takes its place`()
        async throws
    {
        try await withPrivateBroker { broker in
            let store = try UpgradeStore.open(path: path, .createIfMissing)
            let publisher = Publisher(address: broker.address)
            var begun = 0
            _ = try await RecordingSeries.run(
                plan(for: broker),
                store: store,
                dialects: dialects,
                notify: { _ in }
            ) { recording in
                begun += 1
                #expect(!recording.reopen())
                try await publisher.publish(begun * 100 + 1...begun * 100 + 50)
                guard begun == 1 else { return }
                // What the broker has not delivered by the change is the next recording's.
                while await recording.progress.messagesSeen < 50 { await Task.yield() }
                try await recording.commit()
                try FileManager.default.moveItem(atPath: path, toPath: folder.path("field.sqlite.1"))
                // logrotate's `create` makes a new file before it tells anybody.
                try Data().write(to: URL(filePath: path))
                #expect(recording.reopen())
            }
        }
        #expect(try names() == ["field.sqlite", "field.sqlite.1"])
        #expect(try numbers(in: "field.sqlite.1") == (101...150).map(\.self))
        #expect(try numbers(in: "field.sqlite") == (201...250).map(\.self))
        let attributes = try FileManager.default.attributesOfItem(atPath: folder.path("field.sqlite.1"))
        #expect(attributes[.referenceCount] as? Int == 1)
        // An upgrade that lies across the change is in both stores, each with what it saw.
        for name in ["field.sqlite", "field.sqlite.1"] {
            let store = try UpgradeStore.open(path: folder.path(name), .readOnly)
            let sessions = try store.sessions()
            #expect(sessions.map(\.session.progressCount) == [50])
            #expect(sessions.allSatisfy { !$0.session.isHeadSeen && $0.session.outcome == .open })
        }
    }

    @Test func `a closed store that holds several recordings is put in order beside the next one`()
        async throws
    {
        let notes = Mutex<[RecordingNote]>([])
        try await withPrivateBroker { broker in
            let publisher = Publisher(address: broker.address)
            let first = try UpgradeStore.open(path: path, .createIfMissing)
            _ = try await LiveRecording.run(plan(for: broker), store: first, dialects: dialects) { _ in
                try await publisher.publish(1...5)
            }
            try first.close()
            let store = try UpgradeStore.open(path: path, .existing)
            var hasChanged = false
            _ = try await RecordingSeries.run(
                plan(for: broker),
                store: store,
                dialects: dialects,
                notify: { note in notes.withLock { $0.append(note) } }
            ) { recording in
                guard !hasChanged else { return }
                hasChanged = true
                try await publisher.publish(6...9)
                #expect(recording.prepareSuccessor(movedTo: nil))
            }
        }
        guard case .storeClosed(let closed)? = notes.withLock(\.last) else {
            Issue.record("not closed in order: \(notes.withLock(\.self))")
            return
        }
        #expect(try names() == [URL(filePath: closed).lastPathComponent, "field.sqlite"].sorted())
        let store = try UpgradeStore.open(path: closed, .existing)
        #expect(try store.recordings().map(\.state) == [.finished, .finished])
        #expect(try store.sessions().map(\.session.progressCount) == [9])
    }

    @Test func `a store is kept where another file has its name, and where it was removed`() async throws {
        let store = try UpgradeStore.open(path: path, .createIfMissing)
        let moved = folder.path("moved.sqlite")
        let summary = try await LiveRecording.run(RecordingPlan(), store: store, dialects: dialects) {
            recording in
            try FileManager.default.moveItem(atPath: path, toPath: moved)
            try Data("mine".utf8).write(to: URL(filePath: path))
            #expect(!recording.reopen())
            #expect(try Data(contentsOf: URL(filePath: path)) == Data("mine".utf8))
            try FileManager.default.removeItem(atPath: path)
            try FileManager.default.moveItem(atPath: moved, toPath: path)
            #expect(!recording.reopen())
        }.summary
        guard case .storeKept(let reason) = summary.notes.first else {
            Issue.record("nothing was said: \(summary.notes)")
            return
        }
        #expect(summary.notes.count == 1 && reason.contains("another file"))
        let other = try UpgradeStore.open(path: folder.path("other.sqlite"), .createIfMissing)
        let identity = try #require(StoreIdentity(ofFileAt: other.path))
        #expect(identity.path == other.path)
        try FileManager.default.removeItem(atPath: other.path)
        #expect(identity.path == nil)
    }

    @Test func `a single packet file is not overwritten by the recording that follows`() throws {
        let packets = folder.path("packets.pcap")
        try Data([1]).write(to: URL(filePath: packets))
        var plan = RecordingPlan()
        try plan.prepareToFollow()
        plan.interface = InterfacePlan(name: "lo")
        plan.interface?.packetFiles = PacketFileSettings(path: packets)
        var error: RunError?
        do throws(RunError) { try plan.prepareToFollow() } catch let thrown { error = thrown }
        #expect(error?.message.contains("--file-size") == true)
    }

    @Test(arguments: [
        (StoreSpan.time(.seconds(86_400)), 0, 86_399, false), (.time(.seconds(86_400)), 86_399, 86_400, true),
        (.time(.seconds(3_600)), 3_599, 3_600, true), (.time(.seconds(3_600)), 3_600, 3_599, false),
        (.size(1_000), 0, 1 << 40, false), (.size(999), 0, 0, true),
    ])
    func `a store is full at midnight, at the hour, or at its size`(
        span: StoreSpan,
        begun: Int64,
        now: Int64,
        isOver: Bool
    ) {
        let over = span.isOver(begun: Timestamp(seconds: begun), now: Timestamp(seconds: now)) { 999 }
        #expect(over == isOver)
    }

    @Test func `a recording asks for another store when its own is full, and not before`() async throws {
        for (span, isFull) in [(StoreSpan.size(1), true), (.size(1 << 40), false), (nil, false)] {
            let store = try UpgradeStore.open(path: path, .createIfMissing)
            var plan = RecordingPlan()
            plan.span = span
            _ = try await LiveRecording.run(plan, store: store, dialects: dialects) { recording in
                let isToBeSucceeded = try recording.isToBeSucceeded()
                #expect(isToBeSucceeded == isFull)
            }
        }
    }

    @Test func `a store that is full once it was moved is closed where it is now`() async throws {
        var plan = RecordingPlan()
        plan.span = .size(1)
        let moved = folder.path("moved.sqlite")
        let store = try UpgradeStore.open(path: path, .createIfMissing)
        var hasChanged = false
        _ = try await RecordingSeries.run(plan, store: store, dialects: dialects, notify: { _ in }) {
            recording in
            guard !hasChanged else { return }
            hasChanged = true
            try FileManager.default.moveItem(atPath: path, toPath: moved)
            let isToBeSucceeded = try recording.isToBeSucceeded()
            #expect(isToBeSucceeded)
        }
        let left = try names()
        #expect(left == ["field.sqlite", "moved.sqlite"])
    }

    @Test func `a hang-up between two waits is told at the second`() async throws {
        let stop = StopCondition()
        for isFirst in [true, false] {
            let hangups = Mutex(0)
            let reason = try await stop.wait(
                failure: {
                    if isFirst { kill(getpid(), SIGHUP) }
                    return nil
                },
                hangup: {
                    hangups.withLock { $0 += 1 }
                    return .succeeded
                },
                tick: { nil }
            )
            guard case .succeeded = reason else {
                Issue.record("ended with \(reason)")
                return
            }
            #expect(hangups.withLock(\.self) == 1)
            if isFirst { kill(getpid(), SIGHUP) }
        }
    }
}
