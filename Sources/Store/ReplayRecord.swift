// A replay that came to its end, as it is kept.

public import Traffic
public import Verdicts

/// A replay with its settings, what went over the wire, and the verdict.
public struct ReplayRecord: Hashable, Sendable {
    /// A message of the replay.
    public struct Line: Hashable, Sendable {
        /// Which side published.
        public enum Direction: String, Hashable, Sendable, CaseIterable {
            /// The replayer published.
            case sent
            /// The live side published.
            case received
        }

        /// Which side published.
        public var direction: Direction
        /// When.
        public var at: Timestamp
        /// How much later than due, for what we sent.
        public var lateness: Duration?
        /// Topic.
        public var topic: [UInt8]
        /// Payload, byte for byte.
        public var payload: [UInt8]

        /// A message of the replay.
        public init(
            direction: Direction,
            at: Timestamp,
            lateness: Duration? = nil,
            topic: [UInt8],
            payload: [UInt8]
        ) {
            self.direction = direction
            self.at = at
            self.lateness = lateness
            self.topic = topic
            self.payload = payload
        }
    }

    /// The session that was replayed.
    public var sessionID: Int64
    /// When it began.
    public var startedAt: Timestamp
    /// When it ended.
    public var endedAt: Timestamp
    /// Settings by name, as they were typed.
    public var settings: [String: String]
    /// Version of otatape that replayed.
    public var toolVersion: String
    /// The judgement.
    public var verdict: Verdict
    /// How late the replayer was.
    public var lateness: Lateness
    /// What was sent and received, in order.
    public var lines: [Line]

    /// A replay that came to its end.
    public init(
        sessionID: Int64,
        startedAt: Timestamp,
        endedAt: Timestamp,
        settings: [String: String] = [:],
        toolVersion: String,
        verdict: Verdict,
        lateness: Lateness,
        lines: [Line] = []
    ) {
        self.sessionID = sessionID
        self.startedAt = startedAt
        self.endedAt = endedAt
        self.settings = settings
        self.toolVersion = toolVersion
        self.verdict = verdict
        self.lateness = lateness
        self.lines = lines
    }
}
