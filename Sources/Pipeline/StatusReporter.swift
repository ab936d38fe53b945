// Says how a running recorder is, to whom it may concern.

import Sessions
public import Store
import Synchronization
import Traffic

/// Writes the status file and tells the service manager, as often as it is called.
public final class StatusReporter: Sendable {
    private let file: StatusFile
    private let supervisor: SupervisorSocket
    private let sources: [String]
    private let startedAt = Timestamp.now()
    private let last = Mutex<RecordingStatus?>(nil)

    /// Who tells of a recording into `store`.
    public init(of store: UpgradeStore, sources: [String], supervisor: SupervisorSocket = SupervisorSocket())
    {
        file = StatusFile(ofStoreAt: store.path)
        self.sources = sources.map { Secrets.masked($0) }
        self.supervisor = supervisor
    }

    /// Recording has begun.
    public func begin() {
        supervisor.ready()
    }

    /// Tells how it stands; what was told.
    @discardableResult
    public func report(_ progress: RecordingProgress, isWritten: Bool, pruned: PruneTally) -> RecordingStatus
    {
        var status = RecordingStatus(
            progress,
            sources: sources,
            startedAt: startedAt,
            now: .now(),
            isWritten: isWritten,
            pruned: pruned.messages
        )
        last.withLock { last in
            if let last { status.noteRate(since: last) }
            last = status
        }
        file.write(status)
        supervisor.alive(
            "\(progress.messagesKept) messages kept, sessions: \(progress.outcomes[.open]) open, "
                + "\(progress.outcomes[.ok]) ok, \(progress.outcomes[.failed]) failed"
        )
        return status
    }

    /// The recorder begins to end.
    public func stopping() {
        supervisor.stopping()
    }

    /// Nobody records any more.
    public func end() {
        file.remove()
    }
}
