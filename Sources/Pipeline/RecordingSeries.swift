// `record` into one store after the other.

public import Dialects
import Dispatch
import Sessions
public import Store

/// Recordings that follow each other without a gap in what brokers deliver, each in a store of its own.
///
/// The store that recording goes on in always has the same name, and with it the same client ids, spools and lock.
public enum RecordingSeries {
    /// Records into `store` until `body` ends without having decided that another store follows; that one is opened
    /// under the same name, and `body` called again.
    ///
    /// What was recorded is in the closed store, its log emptied into it, before the next one is made. Whoever is killed
    /// in between has lost nothing: brokers keep the sessions, and the spools hold nothing that no store has.
    /// - Parameters:
    ///   - plan: What is recorded.
    ///   - store: The first store; it is closed when another one follows.
    ///   - dialects: What is kept, and how it is read.
    ///   - stop: What ends the run; once it was signalled, no broker is waited for that another store would need.
    ///   - notify: Hears what happens between two recordings.
    ///   - ending: What to do while what waits on the disk is still read, after `body`; cancelled when all is read.
    ///   - body: What to do meanwhile.
    /// - Returns: what `body` returned last, and what the last recording came to.
    /// - Throws: what `LiveRecording.run` throws, and the store.
    public static func run<Result: Sendable>(
        _ plan: RecordingPlan,
        store: UpgradeStore,
        dialects: DialectSet,
        until stop: StopCondition = StopCondition(),
        notify: @escaping @Sendable (RecordingNote) -> Void,
        ending: @escaping @Sendable (LiveRecording) async -> Void = { _ in },
        _ body: (LiveRecording) async throws -> Result
    ) async throws -> (result: Result, summary: RecordingSummary) {
        let lock = try RecorderLock(of: store)
        defer { lock.release() }
        return try await withThrowingTaskGroup(of: Void.self) { group in
            var (plan, store) = (plan, store)
            while true {
                let run = try await LiveRecording.runLocked(
                    plan,
                    store: store,
                    dialects: dialects,
                    ending: ending,
                    body
                )
                guard let successor = run.summary.successor else {
                    try await group.waitForAll()
                    return run
                }
                run.summary.notes.forEach(notify)
                let path = try StoreClosing.run(store, for: successor)
                notify(.storeClosed(path: path))
                if !run.summary.isDerived {
                    group.addTask { [limits = plan.sessions] in await derive(path, dialects, limits, notify) }
                }
                store = try UpgradeStore.open(path: store.path, .createIfMissing)
                plan = successor.plan
                let news = NewsFilter()
                plan.awaitsBrokers = { error in
                    if news.isNew(error.message) { notify(.brokerAwaited(error.message)) }
                    return !stop.isSignalled
                }
            }
        }
    }

    private static let derivations = DispatchQueue(label: "otatape.closed", qos: .utility)

    /// Derives a closed store's sessions from all its evidence, one store after the other, beside the recording.
    private static func derive(
        _ path: String,
        _ dialects: DialectSet,
        _ limits: TrackerLimits,
        _ notify: @escaping @Sendable (RecordingNote) -> Void
    ) async {
        await withCheckedContinuation { continuation in
            derivations.async {
                do {
                    let store = try UpgradeStore.open(path: path, .existing)
                    let lock = try RecorderLock(of: store)
                    defer { lock.release() }
                    try Rederivation.run(store, dialects: dialects, limits: limits)
                    try store.close()
                } catch {
                    // The store is as it was recorded, which `reindex` can make good.
                    notify(.notDerived(path: path, "\(error)"))
                }
                continuation.resume()
            }
        }
    }
}
