// What can go wrong with capture files and interfaces, in words that name the remedy.

/// Why a capture could not be opened, read or written.
public struct PacketSourceError: Error, Hashable, Sendable {
    /// The kind of failure, for callers that decide by it.
    public enum Code: String, Hashable, Sendable, CaseIterable {
        /// There is no such file.
        case fileMissing
        /// The file cannot be read or written.
        case fileUnusable
        /// The file is no capture file.
        case notACapture
        /// The capture breaks off into bytes that are no record; what came before was delivered.
        case damaged
        /// The capture is compressed, and the program that unpacks it is not there.
        case decompressorMissing
        /// The link type cannot be written, or is not the one the file was opened with.
        case unsupportedLinkType
        /// The filter is not in the language of pcap-filter(7).
        case badFilter
        /// There is no such interface.
        case unknownInterface
        /// The process may not capture.
        case notPermitted
        /// The interface is down, or went away.
        case interfaceDown
        /// libpcap failed in a way that has no better name.
        case captureFailed
    }

    /// The kind of failure.
    public let code: Code
    /// What went wrong and what to do about it, as a sentence for people.
    public let message: String
    /// What libpcap or the system said, when it said anything.
    public let cause: String?

    /// Names a failure, its remedy and its cause.
    public init(_ code: Code, _ message: String, cause: String? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }
}

extension PacketSourceError: CustomStringConvertible {
    /// The message, with the cause in brackets.
    public var description: String {
        cause.map { "\(message) (\($0))" } ?? message
    }
}
