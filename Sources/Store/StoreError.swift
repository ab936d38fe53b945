// What the store throws: a code for programs, words with a remedy for people.

/// An operation on the store that failed.
public struct StoreError: Error, CustomStringConvertible {
    /// What kind of failure it is.
    public enum Code: String, Hashable, Sendable, CaseIterable {
        /// There is no file at the path.
        case missing
        /// The file is there and is not a store.
        case notAStore = "not-a-store"
        /// A newer otatape wrote the store.
        case tooNew = "too-new"
        /// The store has an older schema and was opened for reading only.
        case tooOld = "too-old"
        /// Another process holds the store.
        case busy
        /// The operating system refused: permissions, read-only file system.
        case inaccessible
        /// The disk has no room left.
        case full
        /// The same file has been imported before.
        case alreadyImported = "already-imported"
        /// No row answers the selector.
        case notFound = "not-found"
        /// More than one row answers the selector.
        case ambiguous
        /// A query that cannot be run as asked.
        case query
        /// A row breaks a rule of the schema.
        case constraint
        /// Anything else SQLite reports.
        case database
    }

    /// What kind of failure it is.
    public var code: Code
    /// What went wrong and what to do about it.
    public var message: String
    /// The error beneath, if there is one.
    public var cause: (any Error)?

    /// A failure with its remedy.
    public init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    /// The message, remedy included.
    public var description: String { message }
}
