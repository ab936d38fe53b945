// What a broker delivered, in the kernel's hands before it is acknowledged. design.md §5

public import BrokerLink
internal import Foundation
internal import Synchronization

/// A queue of deliveries on the disk, between the thread that acknowledges and the one that writes the store.
///
/// `append` returns when its deliveries survive the death of the process: only then may their acknowledgement leave.
/// (They do not survive a power cut until the kernel has written them back.) Memory is bounded whatever the rate: what
/// is read is read back from the file, which the kernel still holds in memory when the reader keeps up.
///
/// For one appending thread and one reading task.
public final class DeliverySpool: Sendable {
    private let folder: String
    private let writer: Mutex<SpoolWriter>
    private let released: Atomic<Int64>
    private let news = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    private let first: Int64
    /// Up to where everything was read when few began to gather; far away when they do not.
    private let restedAt = Atomic(Int64.max)
    /// While deliveries gather.
    private let resting = Mutex<Task<Void, Never>?>(nil)

    /// Begins to spool for a recording.
    ///
    /// What an earlier process left in the folder must have been recovered (`SpoolRemains`): it is removed, but for the
    /// knowledge of what was taken last, by which deliveries that come again are told.
    /// - Throws: when the folder or its first file cannot be made.
    public init(
        folder: String,
        recordingID: Int64,
        limits: SpoolLimits = SpoolLimits()
    ) throws(SpoolError) {
        try SpoolFolder.make(folder)
        let (position, prints) = try SpoolRemains(folder: folder).end()
        let made = try SpoolWriter.begin(
            folder,
            recordingID: recordingID,
            after: position,
            prints: prints,
            limits: limits
        )
        SpoolFolder.clear(folder, keeping: [SpoolSegment.path(in: folder, first: position)])
        self.folder = folder
        writer = Mutex(made)
        released = Atomic(position)
        first = position
    }

    /// Whether nothing was ever spooled in its folder before.
    public var isNew: Bool { first == 0 }

    /// Forgets what was taken last: for a session that the broker has begun anew, in which it sends nothing again.
    public func forgetTaken() {
        writer.withLock { $0.forgetTaken() }
    }

    /// How many deliveries it has taken, over its life.
    public var endPosition: Int64 { writer.withLock { $0.position } }

    /// How it stands.
    public var state: SpoolState {
        writer.withLock { writer in
            SpoolState(
                waitingCount: writer.position - released.load(ordering: .relaxed),
                byteCount: writer.byteCount,
                redelivered: writer.redelivered,
                obstacle: writer.obstacle
            )
        }
    }

    /// Takes deliveries; waits while there is no room for them.
    ///
    /// - Returns: `false` when the spool was closed before they could be taken: they must not be acknowledged.
    public func append(_ deliveries: DeliveryBatch) -> Bool {
        while true {
            switch writer.withLock({ $0.append(deliveries) }) {
            case .taken:
                news.continuation.yield()
                if endPosition - restedAt.load(ordering: .relaxed) >= Self.manyDeliveries { endRest() }
                return true
            case .isClosed: return false
            case .mustWait: Thread.sleep(forTimeInterval: Self.retryInterval)
            }
        }
    }

    /// Seconds between two looks for room.
    private static let retryInterval = 0.02

    /// How long deliveries gather before they are read: a wake for each one would cost more than reading it.
    private static let gatheringTime = (few: Duration.milliseconds(500), many: Duration.milliseconds(20))
    /// Deliveries at a time that are few.
    private static let fewDeliveries: Int64 = 64
    /// Deliveries that end the gathering of few.
    private static let manyDeliveries: Int64 = 512

    /// Reads everything that is taken, in order, until the spool is closed; then what is left.
    ///
    /// - Throws: when a file cannot be read or holds what was never written; what `body` throws.
    public func read(_ body: (SpooledBatch) async throws -> Void) async throws {
        var batch = SpooledBatch()
        var cursor = try SpoolCursor(writer.withLock { $0.extent(at: first).segment }, isChecked: false)
        var wasFew = false
        for await _ in news.stream {
            let before = cursor.position
            try await drain(&cursor, &batch, body)
            let isFew = cursor.position - before < Self.fewDeliveries
            // The few after many are the last of a burst: more of it may be on the way.
            let isQuiet = isFew && wasFew
            if isQuiet { restedAt.store(cursor.position, ordering: .relaxed) }
            await rest(for: isQuiet ? Self.gatheringTime.few : Self.gatheringTime.many)
            restedAt.store(.max, ordering: .relaxed)
            wasFew = isFew
        }
        try await drain(&cursor, &batch, body)
    }

    /// Waits for a while, or until much has come or the spool is closed.
    private func rest(for duration: Duration) async {
        let rest = Task { _ = try? await Task.sleep(for: duration) }
        resting.withLock { $0 = rest }
        if writer.withLock({ $0.isClosed }) { rest.cancel() }
        await withTaskCancellationHandler {
            await rest.value
        } onCancel: {
            rest.cancel()
        }
    }

    private func drain(
        _ cursor: inout SpoolCursor,
        _ batch: inout SpooledBatch,
        _ body: (SpooledBatch) async throws -> Void
    ) async throws {
        while true {
            let position = cursor.position
            let (segment, end, isCurrent) = writer.withLock { $0.extent(at: position) }
            if segment.path != cursor.segment.path { cursor = try SpoolCursor(segment, isChecked: false) }
            switch try cursor.read(before: end, into: &batch) {
            case .records: try await body(batch)
            case .end where isCurrent: return
            case .end, .damaged: throw SpoolError("Cannot make sense of", segment.path, errno: EBADMSG)
            }
        }
    }

    /// Gives back the room of everything before a position: it is in the store.
    public func release(before position: Int64) {
        guard position > released.load(ordering: .relaxed) else { return }
        released.store(position, ordering: .relaxed)
        writer.withLock { $0.release(before: position) }
    }

    /// From now on `append` waits for nothing: what finds no room is not taken.
    public func beginClosing() {
        writer.withLock { $0.isClosing = true }
    }

    /// Takes nothing more; `read` returns when it has read what there is.
    public func close() {
        writer.withLock { $0.isClosed = true }
        news.continuation.finish()
        endRest()
    }

    private func endRest() {
        resting.withLock { $0?.cancel() }
    }

    /// Removes the closed spool from the disk, when all of it was given back; otherwise it stays to be recovered.
    ///
    /// - Parameter forgetting: Whether the broker forgets us, too. Otherwise what was taken last stays known.
    public func remove(forgetting: Bool) {
        guard forgetting, state.waitingCount == 0 else { return }
        writer.withLock { $0.removeAll() }
        SpoolFolder.removeIfEmpty(folder)
    }
}
