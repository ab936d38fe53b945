// Packets between the capture's thread and who decodes them: in memory, and on the disk when that is not enough.

import Foundation
import Synchronization
public import Traffic

/// A queue of packets that never makes the capture wait.
///
/// What memory cannot hold goes to the disk, in files that every tool reads, and is read back in order; what the disk
/// cannot take is dropped and counted. Memory is bounded at any rate, and neither a slow disk nor a slow reader holds
/// the capture up: the disk is written by a thread of its own.
///
/// For one capturing thread and one reading task.
public final class PacketBacklog: Sendable {
    /// Packets to be decoded.
    public struct Piece: Sendable {
        /// The packets.
        public var block: PacketBlock
        /// How far the spool is read with them; `nil` when they were never there.
        public var position: Int64?
    }

    private let queue: Mutex<BacklogQueue>
    private let limits: PacketBacklogLimits
    private let folder: String
    private let news = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    private let work = DispatchSemaphore(value: 0)
    private let isOver = Atomic(false)
    /// The file that is read, and the one that is written; each is one thread's at a time.
    private let reading = Mutex<OpenSegment?>(nil)
    private let writing = Mutex<OpenSegment?>(nil)

    private final class OpenSegment: Sendable {
        let segment: PacketSegment
        let file: Descriptor

        init?(_ segment: PacketSegment, _ file: consuming Descriptor?) {
            guard let file else { return nil }
            self.segment = segment
            self.file = file
        }
    }

    /// A backlog for one recording.
    ///
    /// - Parameters:
    ///   - limits: How many packets may wait, and where.
    ///   - folder: Where packets may be put on the disk; made when it is needed.
    ///   - recordingID: Whose packets they are.
    public init(
        _ limits: PacketBacklogLimits = PacketBacklogLimits(),
        folder: String,
        recordingID: Int64
    ) {
        self.limits = limits
        self.folder = folder
        queue = Mutex(BacklogQueue(limits, folder: folder, recordingID: recordingID))
    }

    /// Begins to put on the disk what memory cannot hold, on a thread of its own, until the backlog is closed.
    public func startSpooling() {
        guard limits.spoolBytes > 0 else { return }
        let thread = Thread { [self] in
            while !isOver.load(ordering: .acquiring) {
                work.wait()
                while !isOver.load(ordering: .acquiring), spoolNext() {}
            }
        }
        thread.name = "packet spool"
        thread.start()
    }

    /// How packets wait.
    public var state: PacketBacklogState { queue.withLock(\.state) }

    // MARK: - On the capture's thread

    /// Takes a packet.
    public func append(_ header: PacketHeader, _ packet: RawSpan) {
        if queue.withLock({ $0.append(header, packet) }) { work.signal() }
    }

    /// Tells the reader that packets wait.
    public func tell() {
        news.continuation.yield()
    }

    // MARK: - For the reading task

    /// Says that packets wait, until the backlog is closed.
    public var arrivals: AsyncStream<Void> { news.stream }

    /// The packets that are next; `nil` when none wait.
    public func take() -> Piece? {
        while true {
            switch queue.withLock({ $0.take() }) {
            case nil: return nil
            case .memory(let block): return Piece(block: block)
            case .disk(let place):
                var block = queue.withLock { $0.empty() }
                if read(place, into: &block) { return Piece(block: block, position: place.end) }
                queue.withLock { $0.miss(place) }
            }
        }
    }

    /// Takes a block back whose packets are decoded: its memory serves others.
    public func recycle(_ piece: consuming Piece) {
        let block = piece.block
        queue.withLock { $0.recycle(block) }
    }

    private func read(_ place: SpooledPackets, into block: inout PacketBlock) -> Bool {
        reading.withLock { open in
            if open?.segment != place.segment {
                open = OpenSegment(place.segment, Descriptor.reading(place.segment.path))
            }
            guard let open else { return false }
            return block.read(place, from: open.file)
        }
    }

    /// Gives back the room of everything before a position of the spool: what was in it is in the store.
    public func release(before position: Int64) {
        for segment in queue.withLock({ $0.release(before: position) }) { segment.remove() }
    }

    // MARK: - The end

    /// Takes nothing more; what waits can still be read.
    public func close() {
        queue.withLock { $0.close() }
        end()
    }

    /// Lets go of what waits: what is in memory is dropped and counted, what is on the disk stays there.
    public func abandon() {
        queue.withLock { $0.abandon() }
        end()
    }

    /// Nothing more is put on the disk, since what waits is read now.
    private func end() {
        isOver.store(true, ordering: .releasing)
        work.signal()
        news.continuation.finish()
    }

    /// Removes the folder when nothing is left in it.
    public func removeFolder() {
        _ = unsafe rmdir(folder)
    }
}

// MARK: - On the spool's thread

extension PacketBacklog {
    /// Puts one block on the disk; whether there was one, and room for it.
    func spoolNext() -> Bool {
        guard let job = queue.withLock({ $0.beginWriting() }) else { return false }
        let obstacle = write(job)
        if queue.withLock({ $0.endWriting(job, obstacle: obstacle) }) { takeBack(job) }
        tell()
        return obstacle == nil
    }

    /// Writes a block; why that was not possible, in words.
    private func write(_ job: BacklogQueue.Writing) -> String? {
        writing.withLock { open in
            if open?.segment != job.place.segment || job.isNewSegment {
                open = OpenSegment(job.place.segment, job.place.segment.create(for: job.block.linkType))
            }
            guard let open else { return Self.words(errno) }
            let isFull = !hasRoom(for: job.block.byteCount)
            let status = isFull ? ENOSPC : job.block.write(to: open.file, at: job.place.offset)
            if status != 0, job.isNewSegment { job.place.segment.remove() }
            if status != 0 { open.file.cut(to: job.place.offset) }
            return status == 0 ? nil : Self.words(status)
        }
    }

    /// Takes away again what was read while it was being written.
    private func takeBack(_ job: BacklogQueue.Writing) {
        writing.withLock { open in
            if job.isNewSegment {
                job.place.segment.remove()
                open = nil
                removeFolder()
            } else {
                open?.file.cut(to: job.place.offset)
            }
        }
    }

    /// Whether the disk keeps what is to be spared when so much is written. statvfs(3)
    private func hasRoom(for byteCount: Int) -> Bool {
        var status = statvfs()
        guard unsafe statvfs(folder, &status) == 0 else { return true }
        let free = UInt64(status.f_bavail).multipliedReportingOverflow(by: UInt64(status.f_frsize))
        return free.overflow || free.partialValue >= UInt64(limits.spareBytes + byteCount)
    }

    private static func words(_ number: Int32) -> String {
        "the disk does not take it: \(unsafe String(cString: strerror(number)))"
    }
}
