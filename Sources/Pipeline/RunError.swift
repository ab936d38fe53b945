// What can stop a run, in words that name the remedy.

/// An error that ends a recording, an import or a replay.
public struct RunError: Error, Sendable {
    /// What kind of thing went wrong; it decides the exit code.
    public enum Code: Hashable, Sendable {
        /// A broker, host or device could not be reached, or went away.
        case unreachable
        /// An input could not be read or is not what it should be.
        case unreadable
        /// What was asked for cannot be done with this recording or machine.
        case impossible
    }

    /// What kind of thing went wrong.
    public var code: Code
    /// What went wrong and what to do about it.
    public var message: String
    /// The error underneath, as text.
    public var cause: String?
    /// Whether trying again later may help, without anybody changing what was asked for.
    public internal(set) var mayPass = false

    /// An error from its parts.
    public init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.cause = cause.map { "\($0)" }
    }
}
