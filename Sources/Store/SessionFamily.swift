// A gateway's session and its children's, as `show` names them. dialects.md §4.3.

import GRDB
public import Sessions

/// The session that a session is a part of, and those that are parts of it.
public struct SessionFamily: Hashable, Sendable {
    /// The number of the gateway's own session.
    public var parentID: Int64?
    /// The children's sessions by their outcome.
    public var children: [Session.Outcome: Int]

    /// A family from its parts; by default none.
    public init(parentID: Int64? = nil, children: [Session.Outcome: Int] = [:]) {
        self.parentID = parentID
        self.children = children
    }
}

extension UpgradeStore {
    /// The family of a session.
    public func family(of session: StoredSession) throws(StoreError) -> SessionFamily {
        try read("Cannot read the family of session \(session.id)") { db in
            var family = SessionFamily()
            family.parentID = try Int64.fetchOne(
                db,
                sql: "SELECT parent_session_id FROM session WHERE id = ?",
                arguments: [session.id]
            )
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT outcome, count(*) FROM session
                    WHERE parent_session_id = ? GROUP BY outcome
                    """,
                arguments: [session.id]
            )
            for row in rows {
                guard let outcome = Session.Outcome(rawValue: row[0]) else { continue }
                family.children[outcome] = row[1]
            }
            return family
        }
    }
}
