// Packets on their way from the capture's thread to the files that keep them.

import Dispatch
import PacketSources
import Synchronization
import Traffic

/// Takes packets at once and writes them on a thread of its own: a slow disk holds up no capture.
///
/// What waits is bounded; what comes beyond that is in no file, and counted.
final class PacketFileQueue: Sendable {
    /// What waits for the disk.
    private struct Pending {
        var filling: PacketBlock
        var full: [PacketBlock] = []
        var spare: [PacketBlock] = []
        var dropped: Int64 = 0
        var isDropping = false
    }

    private struct Standing {
        /// Why packets are not kept at the moment.
        var obstacle: String?
        /// Packets that came to the files and are in none.
        var lost: Int64 = 0
    }

    private let waiting: Mutex<Pending>
    private let recorder: Mutex<PacketRecorder>
    /// How the files stand: known without waiting for the disk.
    private let standing = Mutex(Standing())
    private let queue: DispatchQueue
    private let blockBytes: Int
    private let blockCount: Int

    /// A queue of so many full blocks at most.
    init(
        _ settings: PacketFileSettings,
        blockBytes: Int = 1 << 20,
        blockCount: Int = 16,
        queue: DispatchQueue = DispatchQueue(label: "otatape.packets", qos: .utility)
    ) {
        recorder = Mutex(PacketRecorder(settings))
        waiting = Mutex(Pending(filling: PacketBlock(capacity: blockBytes)))
        self.blockBytes = blockBytes
        self.blockCount = blockCount
        self.queue = queue
    }

    /// Packets that are in no file, as far as that is known.
    var lost: Int64 { standing.withLock(\.lost) + waiting.withLock(\.dropped) }

    /// Takes a packet; never waits for the disk.
    func append(_ header: PacketHeader, _ packet: RawSpan) {
        let isNews = waiting.withLock { waiting in
            let isFull = waiting.filling.count > 0 && !waiting.filling.hasRoom(for: packet.byteCount)
            guard isFull else {
                waiting.filling.append(header, packet)
                return false
            }
            guard waiting.full.count < blockCount else {
                waiting.dropped += 1
                waiting.isDropping = true
                return false
            }
            waiting.full.append(waiting.filling)
            waiting.filling = waiting.spare.popLast() ?? PacketBlock(capacity: blockBytes)
            waiting.filling.append(header, packet)
            return true
        }
        if isNews { queue.async { self.writeFull() } }
    }

    /// Has everything that came so far handed to the kernel, without waiting for that.
    ///
    /// - Returns: why packets are not kept, as far as that is known.
    func flush() -> String? {
        queue.async {
            self.writeAll()
            self.note { $0.flush() }
        }
        return standing.withLock(\.obstacle)
            ?? waiting.withLock { waiting in
                defer { waiting.isDropping = false }
                return waiting.isDropping ? "the disk is too slow for all of them" : nil
            }
    }

    /// Begins the next file behind what came so far.
    func reopen() {
        queue.async {
            self.writeAll()
            self.note { $0.reopen() }
        }
    }

    /// Writes all that waits; what is missing from the files, and why, if anything is.
    func finish() -> String? {
        queue.sync {
            writeAll()
            var failure: String?
            note { failure = $0.finish() }
            let dropped = waiting.withLock(\.dropped)
            guard dropped > 0 else { return failure }
            return "\(dropped) packets are in no file: the disk was too slow for them. " + (failure ?? "")
        }
    }

    // MARK: - On the queue's thread

    private func writeAll() {
        writeFull()
        let last = waiting.withLock { waiting -> PacketBlock? in
            guard waiting.filling.count > 0 else { return nil }
            let last = waiting.filling
            waiting.filling = waiting.spare.popLast() ?? PacketBlock(capacity: blockBytes)
            return last
        }
        if let last { write(last) }
    }

    private func writeFull() {
        while let block = waiting.withLock({ $0.full.isEmpty ? nil : $0.full.removeFirst() }) { write(block) }
    }

    private func write(_ block: consuming PacketBlock) {
        note { recorder in
            block.forEach { recorder.receive($0, $1) }
        }
        block.removeAll()
        waiting.withLock { [block] in
            // What a burst took is given back.
            if $0.spare.count < 2 { $0.spare.append(block) }
        }
    }

    /// Does something with the files, and keeps what that came to.
    private func note(_ body: (inout PacketRecorder) -> Void) {
        let now = recorder.withLock { recorder in
            body(&recorder)
            return Standing(obstacle: recorder.failure, lost: recorder.lost)
        }
        standing.withLock { $0 = now }
    }
}
