// What can go wrong between us and a broker, in words that name the remedy.

/// Why something asked of a broker did not happen.
public struct BrokerError: Error, Hashable, Sendable {
    /// The kind of failure, for callers that decide by it.
    public enum Code: String, Hashable, Sendable, CaseIterable {
        /// The address cannot be read, or names a transport we do not speak.
        case badAddress
        /// The topic, topic filter or payload breaks MQTT's rules.
        case badMessage
        /// Nothing listens there, or the broker turned the connection down.
        case refused
        /// The host's name is unknown, or no way leads there.
        case unreachable
        /// The user, the password, or the right to do this is missing.
        case notAuthorised
        /// No trusted, encrypted connection came about: certificates, or a side that speaks no TLS.
        case tlsFailed
        /// A certificate or key file of ours cannot be used.
        case unusableFile
        /// No answer came in time.
        case timedOut
        /// The connection ended before the answer came.
        case connectionLost
        /// This client has been disconnected on request.
        case disconnected
        /// The waiting task was cancelled.
        case cancelled
        /// No mosquitto program is installed.
        case brokerMissing
        /// The private broker could not be started, or ended early.
        case brokerFailed
        /// libmosquitto failed in a way that has no better name.
        case clientFailed
    }

    /// The kind of failure.
    public let code: Code
    /// What went wrong and what to do about it, as a sentence for people.
    public let message: String
    /// What libmosquitto, the broker or the system said, when it said anything.
    public let cause: String?
    /// The topic filters that the broker refused, when that is the failure.
    public let refusedFilters: [String]

    /// Names a failure, its remedy and its cause.
    public init(_ code: Code, _ message: String, cause: String? = nil, refusedFilters: [String] = []) {
        self.code = code
        self.message = message
        self.cause = cause
        self.refusedFilters = refusedFilters
    }

    /// Whether trying again later may help, without anybody changing what was asked for.
    public var mayPass: Bool { [.refused, .unreachable, .timedOut, .connectionLost].contains(code) }
}

extension BrokerError: CustomStringConvertible {
    /// The message, with the cause in brackets.
    public var description: String {
        cause.map { "\(message) (\($0))" } ?? message
    }
}
