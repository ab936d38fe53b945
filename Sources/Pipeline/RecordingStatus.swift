// What a running recorder tells its supervisor: the one definition of its figures and their names.

import Dialects
import Foundation
import Sessions
public import Traffic

/// How a running recorder is, as it last said so.
public struct RecordingStatus: Codable, Hashable, Sendable {
    /// The session that failed last.
    public struct Failure: Codable, Hashable, Sendable {
        /// Its device.
        public var device: String
        /// Its command.
        public var command: String
        /// Its failure class.
        public var cause: String
    }

    /// Seconds after which a recorder that has said nothing is not well: it speaks every other second.
    public static let patience: Double = 30

    /// Version of the program.
    public var version = ToolVersion.current
    /// The process.
    public var pid: Int32
    /// When the recording began, in seconds since the Unix epoch.
    public var startedAt: Double
    /// When this was said, in seconds since the Unix epoch.
    public var updatedAt: Double
    /// What is recorded, as the user named it.
    public var sources: [String]
    /// The figures by the names of `Figure`.
    public var figures: [String: Double] = [:]
    /// What was lost, by kind; kinds without loss included.
    public var losses: [String: Int64] = [:]
    /// The session that failed last.
    public var lastFailure: Failure?
    /// Why a broker has to wait at the moment, or what the recorder waits for, in words.
    public var obstacle: String?

    enum CodingKeys: String, CodingKey {
        case version, pid, sources, figures, losses, obstacle
        case startedAt = "started_at"
        case updatedAt = "updated_at"
        case lastFailure = "last_failure"
    }

    /// What a recorder says.
    public init(
        _ progress: RecordingProgress,
        sources: [String],
        startedAt: Timestamp,
        now: Timestamp,
        isWritten: Bool,
        pruned: Int64
    ) {
        pid = getpid()
        self.startedAt = startedAt.seconds
        updatedAt = now.seconds
        self.sources = sources
        lastFailure = progress.lastFailure.map { failure in
            Failure(
                device: failure.key.deviceID,
                command: failure.key.command,
                cause: failure.failureClass?.rawValue ?? "unknown"
            )
        }
        obstacle = progress.obstacle
        losses = Dictionary(uniqueKeysWithValues: progress.losses.named)
        self[.messagesSeen] = Double(progress.messagesSeen)
        self[.messagesKept] = Double(progress.messagesKept)
        self[.unreadable] = Double(progress.unreadable)
        self[.transfers] = Double(progress.transfers)
        self[.sessionsOpen] = Double(progress.outcomes[.open])
        self[.sessionsOK] = Double(progress.outcomes[.ok])
        self[.sessionsFailed] = Double(progress.outcomes[.failed])
        self[.spooled] = Double(progress.spooled)
        self[.lossyOutages] = Double(progress.lossyOutages)
        self[.spooledPackets] = Double(progress.spooledPackets)
        self[.messagesPruned] = Double(pruned)
        self[.storeWritable] = isWritten ? 1 : 0
        self[.brokerWaits] = obstacle == nil || progress.waitsFor != nil ? 0 : 1
    }

    /// A figure.
    public subscript(figure: Figure) -> Double {
        get { figures[figure.rawValue] ?? 0 }
        set { figures[figure.rawValue] = newValue }
    }

    /// Notes how many messages came since an earlier status, for each second.
    mutating func noteRate(since earlier: RecordingStatus) {
        let elapsed = updatedAt - earlier.updatedAt
        let count = self[.messagesSeen] - earlier[.messagesSeen]
        self[.messageRate] =
            elapsed > 0 ? max(0, (count / elapsed * 10).rounded() / 10) : earlier[.messageRate]
    }

    /// Why this recorder is not well at `now`; empty when it is.
    public func complaints(at now: Timestamp, isAlive: Bool) -> [String] {
        let age = now.seconds - updatedAt
        return [
            isAlive
                ? nil
                : "no process records into the store: the recorder was ended before it could say so, \(Int(max(0, age))) s ago; "
                    + "`otatape record` goes on where it was",
            isAlive && age > Self.patience ? "it has said nothing for \(Int(age)) s" : nil,
            self[.storeWritable] == 0 ? "the store cannot be written" : nil,
            obstacle,
        ].compactMap(\.self)
    }
}

private extension Timestamp {
    /// Seconds since the Unix epoch, with milliseconds.
    var seconds: Double { (Double(nanoseconds) / 1e6).rounded() / 1e3 }
}
