// What can go wrong when a device or a platform is simulated, in words for people.

/// An error of the simulation: a code to decide on, a message that names the remedy, and the cause.
public struct DeviceSimulationError: Error, Sendable {
    /// The kinds of error.
    public enum Code: Hashable, Sendable {
        /// A setting cannot be used.
        case badConfiguration
        /// The dialect is not among those that can be simulated, or cannot say what is to be sent.
        case badDialect
        /// The connection to the broker ended.
        case connectionLost
    }

    /// What kind of error it is.
    public var code: Code
    /// What went wrong and what to do about it.
    public var message: String
    /// The error underneath, when there is one.
    public var cause: (any Error)?

    /// Describes an error.
    public init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }
}

extension DeviceSimulationError: CustomStringConvertible {
    /// The message, then the cause.
    public var description: String { cause.map { "\(message) (\($0))" } ?? message }
}
