// What is known of a store that was pruned.

import GRDB
public import Sessions
public import Traffic

extension UpgradeStore {
    /// Bytes of the file that hold something; the rest of it is free for what comes next.
    public func usedBytes() throws(StoreError) -> Int64 {
        try read("Cannot read the size of \(path)") { db in
            let pages = try Int64.fetchOne(db, sql: "PRAGMA page_count") ?? 0
            let free = try Int64.fetchOne(db, sql: "PRAGMA freelist_count") ?? 0
            return (pages - free) * (try Int64.fetchOne(db, sql: "PRAGMA page_size") ?? 0)
        }
    }

    /// Messages that are looked at to know when a share of all was recorded.
    private static let sampleCount: Int64 = 128

    /// About when the messages had been recorded that are so great a share of all, the oldest first.
    ///
    /// Known from a sample: captures that are imported later may be older than what is there. Times that are later than
    /// tomorrow are those of a wrong clock, and do not count.
    /// - Returns: the time; `nil` where there is no message.
    public func timeOfMessage(afterShare share: Double, now: Timestamp) throws(StoreError) -> Timestamp? {
        try read("Cannot read messages") { db in
            guard let row = try Row.fetchOne(db, sql: Statements.messageRange),
                let first = row[0] as Int64?, let last = row[1] as Int64?
            else { return nil }
            let statement = try db.cachedStatement(sql: Statements.timeOfMessage)
            let ids = (0...Self.sampleCount).map { first + (last - first) / Self.sampleCount * $0 }
            let ceiling = PruneBounds.ceiling(at: now)
            let times = try (ids + [last]).compactMap { id in
                try Int64.fetchOne(statement, arguments: ["id": id, "ceiling": ceiling])
            }.sorted()
            guard !times.isEmpty else { return nil }
            let place = Int((Double(times.count - 1) * share).rounded(.up))
            return Timestamp(nanoseconds: times[min(max(place, 0), times.count - 1)])
        }
    }

    /// The latest sessions whose evidence is gone, in the order in which they were added.
    public func prunedSessionKeys(limit: Int) throws(StoreError) -> [Session.Key] {
        try read("Cannot list sessions") { db in
            try Row.fetchAll(db, sql: Statements.prunedSessionKeys, arguments: [limit]).reversed()
                .map(Session.Key.init(row:))
        }
    }

    /// How many sessions have lost evidence, and which messages and transfers are left of them.
    ///
    /// They are not read again: half of the evidence would make another session.
    public func remainsOfPruned() throws(StoreError) -> (
        sessions: Int64, messages: Set<Int64>, transfers: Set<Int64>
    ) {
        try read("Cannot list evidence") { db in
            let count = try Int64.fetchOne(db, sql: Statements.prunedSessionCount) ?? 0
            guard count > 0 else { return (0, [], []) }
            return (
                count,
                try Int64.fetchSet(db, sql: Statements.messagesOfPruned),
                try Int64.fetchSet(db, sql: Statements.transfersOfPruned)
            )
        }
    }

    /// Gives free pages back to the system by writing the whole file anew; takes as much room again meanwhile.
    public func compact() throws(StoreError) {
        try outsideTransaction("Cannot compact \(path)") { db in
            try db.execute(sql: "VACUUM")
            _ = try db.checkpoint(.truncate)
        }
    }
}
