// `replay`: the recorded platform against a simulated device, on a broker and a host of our own. design.md §6.

import BrokerLink
public import Dialects
import FirmwareHost
import Replay
public import Sessions
public import Store
import Traffic
public import Verdicts

/// What a replay came to.
public struct ReplayOutcome: Sendable {
    /// The store's number of the session that was replayed.
    public let sessionID: Int64
    /// The session as recorded.
    public let recorded: Session
    /// The session as observed now; `nil` when the device never took part.
    public let observed: Session?
    /// The judgement.
    public let verdict: Verdict
    /// How late our own acts were.
    public let lateness: Store.Lateness
    /// Acts whose lateness was measured: publishes and paced body segments.
    public let actCount: Int
    /// What a person must know to read the result.
    public let notes: [String]
    /// How long it took.
    public let duration: Duration
}

/// Replays stored sessions.
public struct ReplayRun: Sendable {
    private let store: UpgradeStore
    private let dialects: DialectSet
    private let options: ReplayOptions

    /// Replays sessions of `store` with these options.
    public init(store: UpgradeStore, dialects: DialectSet, options: ReplayOptions) {
        self.store = store
        self.dialects = dialects
        self.options = options
    }

    /// Replays one session against a simulated device, judges it, and keeps the replay in the store.
    ///
    /// A store that was opened for reading alone keeps nothing, which is a note.
    /// A private broker and a firmware host run on loopback for as long as it takes.
    /// - Throws: `RunError` when the session cannot be replayed or a part cannot be started; store errors.
    public func replay(_ stored: StoredSession) async throws -> ReplayOutcome {
        let recorded = try SessionTrace(stored, in: store, dialects: dialects)
        guard let dialect = dialects[stored.session.key.dialect] else {
            throw RunError(
                .impossible,
                "The dialect \(stored.session.key.dialect) is not known to this otatape."
            )
        }
        let plan = try planned(recorded)
        let startedAt = Timestamp.now()
        let clock = ContinuousClock()
        let begun = clock.now
        let performance = try await perform(plan, recorded, dialect: dialect)
        let judge = Judge(conditions: conditions(performance, recorded))
        var verdict = judge.compare(recorded: recorded, observed: performance.observed)
        verdict.differences += performance.extraRequests.prefix(Self.extraRequestLimit).map(Self.difference)
        let outcome = ReplayOutcome(
            sessionID: stored.id,
            recorded: stored.session,
            observed: performance.observed?.session,
            verdict: verdict,
            lateness: Store.Lateness(performance.lateness),
            actCount: performance.lateness.count,
            notes: plan.notes + performance.notes + hint(recorded.session) + remark,
            duration: clock.now - begun
        )
        if store.isWritable { _ = try store.saveReplay(record(outcome, performance, startedAt: startedAt)) }
        return outcome
    }

    private func planned(_ recorded: SessionTrace) throws(RunError) -> ReplayPlan {
        do {
            return try ReplayPlan(trace: recorded, settings: options.settings)
        } catch {
            throw RunError(.impossible, error.description, cause: error)
        }
    }

    private func perform(
        _ plan: ReplayPlan,
        _ recorded: SessionTrace,
        dialect: Dialect
    ) async throws -> ReplayPerformance {
        do {
            return try await withPrivateBroker { broker in
                try await withFirmwareHost { host in
                    let stage = ReplayStage(
                        plan: plan,
                        recorded: recorded,
                        settings: options.settings,
                        dialect: dialect,
                        host: host
                    )
                    return try await stage.perform(at: broker.address)
                }
            }
        } catch {
            throw RunError(anyOf: error)
        }
    }

    /// What a good image does not change.
    private func hint(_ recorded: Session) -> [String] {
        let causes: Set<FailureClass> = [.httpError, .stalled, .truncated, .timedOut]
        guard options.image == .good, options.network == .recorded, let failure = recorded.failureClass,
            causes.contains(failure)
        else { return [] }
        return ["The recorded network is kept, and with it the \(failure.rawValue): --network good lifts it."]
    }

    /// That nothing is kept.
    private var remark: [String] {
        store.isWritable ? [] : ["The replay is not kept: \(store.path) may not be written to."]
    }

    /// How many requests for what was not offered are told one by one.
    private static let extraRequestLimit = 32

    private static func difference(of extra: Transfer) -> Difference {
        Difference(
            field: "transfer.extra-request",
            rule: "presence",
            recorded: nil,
            observed: "\(extra.exchange.method) \(extra.exchange.target)",
            observedAt: extra.exchange.requestedAt
        )
    }

    private func conditions(_ performance: ReplayPerformance, _ recorded: SessionTrace) -> JudgeConditions {
        var conditions = JudgeConditions()
        conditions.maxLateness = performance.lateness.max
        conditions.latenessTolerance = options.latenessTolerance
        conditions.substitutions = [.device]
        if options.image == .good { conditions.substitutions.insert(.image) }
        if options.network == .good { conditions.substitutions.insert(.network) }
        if options.speed != 1 { conditions.substitutions.insert(.speed) }
        conditions.failure = performance.failure
        conditions.recordingDoubt = recorded.doubt
        return conditions
    }

    private func record(
        _ outcome: ReplayOutcome,
        _ performance: ReplayPerformance,
        startedAt: Timestamp
    ) -> ReplayRecord {
        ReplayRecord(
            sessionID: outcome.sessionID,
            startedAt: startedAt,
            endedAt: startedAt.advanced(by: outcome.duration),
            settings: options.names,
            toolVersion: ToolVersion.current,
            verdict: outcome.verdict,
            lateness: outcome.lateness,
            lines: performance.lines
        )
    }
}

extension Store.Lateness {
    init(_ lateness: Replay.Lateness) {
        self.init(median: lateness.p50, p99: lateness.p99, maximum: lateness.max)
    }
}
