// What replacing all sessions changed.

/// The differences between the sessions, findings and readings that a store held and those that took their place.
public struct ReplacementChanges: Hashable, Sendable {
    /// One session that is not what it was.
    public struct SessionChange: Hashable, Sendable {
        /// What became of it.
        public enum Kind: String, Hashable, Sendable, CaseIterable {
            case new, changed, gone
        }

        /// What became of it.
        public var kind: Kind
        /// Its number.
        public var id: Int64
        /// Its device.
        public var deviceID: String
        /// Its command.
        public var command: String
        /// The columns that changed, with the values before and after.
        public var fields: [FieldChange]
    }

    /// One message in which today's dialects read something else.
    public struct MessageChange: Hashable, Sendable {
        /// Its number.
        public var id: Int64
        /// The columns that changed, with the values before and after.
        public var fields: [FieldChange]
    }

    /// One column of a session or a message that has another value now.
    public struct FieldChange: Hashable, Sendable {
        /// The column.
        public var name: String
        /// What it held.
        public var before: SQLValue
        /// What it holds.
        public var after: SQLValue
    }

    /// Changes of sessions, and of messages, that are told one by one; all are counted.
    public static let detailLimit = 1_000

    /// Sessions that were not there before.
    public var newSessions = 0
    /// Sessions with a value that is not what it was.
    public var changedSessions = 0
    /// Sessions that are there no more.
    public var goneSessions = 0
    /// For each column, the sessions in which it changed.
    public var fields: [String: Int] = [:]
    /// Findings that were not there before.
    public var newFindings = 0
    /// Findings that are there no more.
    public var goneFindings = 0
    /// The first changes of sessions, one by one.
    public var details: [SessionChange] = []

    /// Messages in which today's dialects read something else.
    public var changedMessages = 0
    /// For each column that holds what was read, the messages in which it changed.
    public var messageFields: [String: Int] = [:]
    /// The first changes of messages, one by one.
    public var messageDetails: [MessageChange] = []

    /// No changes.
    public init() {}

    /// Whether everything is as it was.
    public var isEmpty: Bool {
        newSessions + changedSessions + goneSessions + newFindings + goneFindings + changedMessages == 0
    }
}
