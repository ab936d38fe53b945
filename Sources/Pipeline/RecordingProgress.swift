// What a running recording shows of itself.

public import Sessions
import Spool
public import Traffic

/// Totals of a run so far, over all its sources.
public struct RecordingProgress: Hashable, Sendable {
    /// MQTT messages seen.
    public internal(set) var messagesSeen: Int64 = 0
    /// Messages that a dialect claims, kept.
    public internal(set) var messagesKept: Int64 = 0
    /// Messages that a dialect claims by their topic and could not read; kept and shown.
    public internal(set) var unreadable: Int64 = 0
    /// Downloads measured.
    public internal(set) var transfers: Int64 = 0
    /// What was not seen, over all sources.
    public private(set) var losses = Losses()
    /// Times without a broker after which it no longer had our session: what it should have queued is lost.
    public internal(set) var lossyOutages = 0
    /// Packets on the disk that wait to be decoded.
    public internal(set) var spooledPackets: Int64 = 0
    /// How the spools stand, by recording.
    var spools: [Int64: SpoolState] = [:]
    /// Deliveries that wait on the disk for the store.
    public var spooled: Int64 { spools.values.reduce(0) { $0 + $1.waitingCount } }
    /// What is waited for before recording can begin, or go on, in words.
    var waitsFor: String?
    /// Why a broker has to wait at the moment, in words, or what we wait for; `nil` when neither is so.
    public var obstacle: String? {
        waitsFor ?? spoolObstacle
    }

    private var spoolObstacle: String? {
        spools.values.lazy.compactMap(\.obstacle).first.map { obstacle in
            switch obstacle {
            case .limit: "the spool is full, the broker waits for the store"
            case .disk(let words): "the spool cannot be written (\(words)), the broker waits"
            }
        }
    }
    /// The sessions told of, by outcome.
    public internal(set) var outcomes = OutcomeCounts()
    /// The session that failed last.
    public internal(set) var lastFailure: FailedSession?

    /// Nothing yet.
    public init() {}

    mutating func note(_ losses: [Losses]) {
        self.losses = losses.reduce(into: Losses()) { $0.add($1) }
    }

    mutating func note(_ report: DerivationReport) { losses.note(report) }
}
