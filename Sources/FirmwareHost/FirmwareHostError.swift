// What can go wrong when serving firmware, in words for people.

/// An error of the firmware host: a code to decide on, a message that names the remedy, and the cause.
public struct FirmwareHostError: Error, Sendable {
    /// The kinds of error.
    public enum Code: Hashable, Sendable {
        /// The address or port cannot be listened on.
        case cannotListen
        /// The image file cannot be opened or read.
        case cannotReadImage
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

extension FirmwareHostError: CustomStringConvertible {
    /// The message, then the cause.
    public var description: String { cause.map { "\(message) (\($0))" } ?? message }
}
