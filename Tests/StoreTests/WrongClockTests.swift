// Letting go of evidence that was recorded while the recorder's clock was wrong.

import Sessions
import TestSupport
import Testing
import Traffic

@testable import Store

/// A session from a wrong clock, recorded before one from a clock in order, and young messages after them.
struct WrongClockTests: StoreSuite {
    let scratch: ScratchStore
    /// 2026-03-01, when the clock was in order.
    private static let then = Timestamp(seconds: 1_772_323_200)

    init() throws {
        scratch = try ScratchStore()
    }

    private static func days(_ count: Int64) -> Duration { .seconds(86_400 * count) }

    /// Writes a session of three messages.
    private func write(_ name: String, from id: Int64, at time: Timestamp, in recording: Int64? = nil) throws
    {
        let recording = recording ?? self.recording
        try store.write {
            let ids = id..<id + 3
            $0.messages = MessageRows(
                ids.map { id in
                    var message = Message.sample(recording: recording)
                    message.recordedAt = time.advanced(by: .seconds(id))
                    return StoredMessage(id: id, message: message)
                }
            )
            var transfer = Transfer.sample(at: 5)
            transfer.samples = [.init(offset: .zero, bytes: 1)]
            transfer.exchange.endedAt = time
            $0.transfers = [StoredTransfer(id: id, recordingID: recording, transfer: transfer)]
            var server = UnreachedServer.sample(at: 0, count: 1)
            (server.startedAt, server.endedAt) = (time, time)
            $0.unreached = [StoredUnreached(recordingID: recording, server: server)]
            var session = Session.sample(command: name, at: 0)
            session.firstSeenAt = time
            session.lastSeenAt = time.advanced(by: .seconds(id + 2))
            $0.sessions = [DerivedSession(session: session, messageIDs: Array(ids))]
        }
    }

    private func prune(before cutoff: Timestamp, now: Timestamp, from start: StorePruning.Start = .init())
        throws
        -> StorePruning.Start
    {
        var pruning = StorePruning(store, before: cutoff, now: now, from: start, looksAtAll: false)
        while try pruning.step() {}
        try store.expectNoDanglingReference()
        return pruning.next
    }

    private var left: [String] {
        get throws {
            try ["message", "transfer_sample", "unreached"].map { table in
                let rows = try store.query(sql: "SELECT count(*) FROM \(table)").rows
                return rows.first?.first.map { "\($0)" } ?? ""
            }
        }
    }

    private func count(_ messages: Int, _ samples: Int, _ unreached: Int) -> [String] {
        [messages, samples, unreached].map { "\(SQLValue.integer(Int64($0)))" }
    }

    @Test(arguments: [0, 946_684_800, 2_208_988_800])
    func `what a wrong clock dated is as old as what was written after it`(wrong: Int64) throws {
        try write("wrong", from: 1, at: Timestamp(seconds: wrong))
        let later = try store.begin()
        try write("right", from: 11, at: Self.then, in: later)
        try write("young", from: 21, at: Self.then.advanced(by: Self.days(40)), in: later)
        let soon = Self.then.advanced(by: Self.days(29))
        var start = try prune(before: soon.advanced(by: Self.days(-30)), now: soon)
        #expect(try left == count(9, 3, 3))
        let late = Self.then.advanced(by: Self.days(41))
        start = try prune(before: late.advanced(by: Self.days(-30)), now: late, from: start)
        #expect(try left == count(3, 1, 1))
        #expect(try store.sessions().filter { $0.prunedBefore != nil }.count == 2)
        _ = try prune(before: late.advanced(by: Self.days(-30)), now: late, from: start)
        #expect(try left == count(3, 1, 1))
    }

    @Test func `what nothing was written after stays, and a clock that was always behind is believed`() throws
    {
        try write("behind", from: 1, at: Timestamp(seconds: 0))
        let now = Timestamp(seconds: 86_400 * 40)
        try write("behind, too", from: 11, at: now)
        _ = try prune(before: Self.then, now: Self.then)
        #expect(try left == count(6, 2, 2))
        _ = try prune(before: now.advanced(by: Self.days(-30)), now: now)
        #expect(try left == count(3, 1, 1))
    }

    @Test func `captures of long ago are as old as they say`() throws {
        let file = try store.begin(.file, sha256: String(repeating: "a", count: 64))
        try write("imported", from: 1, at: Timestamp(seconds: 1_500_000_000), in: file)
        try write("right", from: 11, at: Self.then)
        _ = try prune(before: Self.then, now: Self.then)
        #expect(try left == count(3, 1, 1))
    }

    @Test func `what was written of late stays, whatever its time`() throws {
        try write("old", from: 1, at: Self.then)
        try write("of late", from: 11, at: Self.then)
        try write("young", from: 21, at: Self.then.advanced(by: Self.days(40)))
        let now = Self.then.advanced(by: Self.days(41))
        var pruning = StorePruning(
            store,
            before: now.advanced(by: Self.days(-30)),
            now: now,
            sparing: 12,
            from: .init(),
            looksAtAll: true
        )
        while try pruning.step() {}
        try store.expectNoDanglingReference()
        #expect(
            try store.query(sql: "SELECT id FROM message").rows.map { "\($0[0])" }
                == ([11, 12, 13, 21, 22, 23] as [Int64]).map { "\(SQLValue.integer($0))" }
        )
    }

    @Test func `a session that the clock went wrong in keeps its messages until all of it is old`() throws {
        let ahead = Timestamp(seconds: 2_208_988_800)
        let times = [Self.then, ahead, ahead, Self.then, Self.then.advanced(by: Self.days(20))]
        try store.write { [recording] in
            $0.messages = MessageRows(
                times.enumerated().map { index, time in
                    var message = Message.sample(recording: recording)
                    message.recordedAt = time
                    return StoredMessage(id: Int64(index + 1), message: message)
                }
            )
            var session = Session.sample(at: 0)
            (session.firstSeenAt, session.lastSeenAt) = (Self.then.advanced(by: Self.days(20)), ahead)
            $0.sessions = [DerivedSession(session: session, messageIDs: [2, 5])]
        }
        try write("young", from: 11, at: Self.then.advanced(by: Self.days(60)))
        var now = Self.then.advanced(by: Self.days(31))
        _ = try prune(before: now.advanced(by: Self.days(-30)), now: now)
        // Of messages 2 and 3 the one belongs to the session, which goes on.
        #expect(
            try store.query(sql: "SELECT id FROM message WHERE id < 11").rows == [
                [.integer(2)], [.integer(5)],
            ]
        )
        now = Self.then.advanced(by: Self.days(61))
        _ = try prune(before: now.advanced(by: Self.days(-30)), now: now)
        #expect(try store.query(sql: "SELECT id FROM message WHERE id < 11").rows.isEmpty)
    }

    @Test func `a share of the messages goes by times that can be`() throws {
        try write("ahead", from: 1, at: Timestamp(seconds: 2_208_988_800))
        try write("right", from: 11, at: Self.then)
        let share = try store.timeOfMessage(afterShare: 1, now: Self.then.advanced(by: Self.days(1)))
        #expect(share == Self.then.advanced(by: .seconds(13)))
    }
}
