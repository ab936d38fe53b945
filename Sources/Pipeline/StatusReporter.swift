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
    private let waiting = Mutex(false)

    /// Who tells of a recording into `store`.
    public init(of store: UpgradeStore, sources: [String], supervisor: SupervisorSocket = SupervisorSocket())
    {
        file = StatusFile(ofStoreAt: store.path)
        self.sources = sources.map { Secrets.masked($0) }
        self.supervisor = supervisor
    }

    /// Whether it told last that recording cannot begin yet.
    public var isWaiting: Bool { waiting.withLock(\.self) }

    /// Whether a service manager hears it all, and shows it to whoever asks.
    public var hasSupervisor: Bool { supervisor.isThere }

    /// Recording has begun.
    public func begin() {
        waiting.withLock { $0 = false }
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
            (status.obstacle.map { "\($0); " } ?? "")
                + "\(progress.messagesKept) messages kept, sessions: \(progress.outcomes[.open]) open, "
                + "\(progress.outcomes[.ok]) ok, \(progress.outcomes[.failed]) failed"
        )
        return status
    }

    /// Recording cannot begin yet: tells what it waits for, and that the recorder itself is as it should be.
    ///
    /// A service that waits is started: its manager would otherwise end it when the time for starting is over.
    public func wait(for obstacle: String) {
        var progress = RecordingProgress()
        progress.waitsFor = obstacle
        let status = RecordingStatus(
            progress,
            sources: sources,
            startedAt: startedAt,
            now: .now(),
            isWritten: true,
            pruned: 0
        )
        waiting.withLock { $0 = true }
        file.write(status)
        supervisor.ready()
        supervisor.alive(status.obstacle ?? obstacle)
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
