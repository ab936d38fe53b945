// Keeping replays and their verdicts.

import GRDB
import Traffic
import Verdicts

extension UpgradeStore {
    /// Keeps a replay with its messages and differences, and gives it its id.
    ///
    /// - Throws: `.notFound` when the session is not, or no longer, in the store.
    public func saveReplay(_ replay: ReplayRecord) throws(StoreError) -> Int64 {
        try write("Cannot keep the replay") { db in
            let statement = try db.cachedStatement(sql: Statements.insertReplay)
            guard let id = try Int64.fetchOne(statement, arguments: Statements.arguments(for: replay)) else {
                throw StoreError(.notFound, "There is no session \(replay.sessionID) in the store")
            }
            var writer = try BatchWriter(in: db, knowing: WriteCache())
            for (position, line) in replay.lines.enumerated() {
                let topicID = try writer.topicID(of: line.topic)
                try Statements.replayMessage.execute((id, position, topicID, line), in: db)
            }
            for (position, difference) in replay.verdict.differences.enumerated() {
                try Statements.difference.execute((id, position, difference), in: db)
            }
            return id
        }
    }
}
