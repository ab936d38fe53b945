// In which order packets wait in memory and on the disk: decides, and touches neither disk nor clock.

import Traffic

/// The queue behind `PacketBacklog`, oldest first: memory, disk, what is being written there, memory, the block that fills.
struct BacklogQueue {
    /// A block on its way to the disk.
    struct Writing {
        var block: PacketBlock
        var place: SpooledPackets
        /// Whether the file is to be made.
        var isNewSegment: Bool
    }

    /// What comes next.
    enum Next {
        case memory(PacketBlock)
        case disk(SpooledPackets)
    }

    /// Empty blocks that are kept to be filled again.
    private static let spareBlocks = 8

    private let limits: PacketBacklogLimits
    private let folder: String
    private let recordingID: Int64
    private var front: [PacketBlock] = []
    private var spooled: [SpooledPackets] = []
    private var writing: Writing?
    private var back: [PacketBlock] = []
    private var filling: PacketBlock
    private var spare: [PacketBlock] = []
    private var heldBytes = 0
    /// The files that are there, and how long they are.
    private var segments: [(segment: PacketSegment, length: Int)] = []
    private var position: Int64 = 0
    private(set) var state = PacketBacklogState()
    /// Whether nothing more is taken.
    private var isClosed = false

    init(_ limits: PacketBacklogLimits, folder: String, recordingID: Int64) {
        self.limits = limits
        self.folder = folder
        self.recordingID = recordingID
        filling = PacketBlock(capacity: limits.blockBytes)
    }

    // MARK: - The capture's side

    /// Takes a packet; whether there is something to be written to the disk now.
    mutating func append(_ header: PacketHeader, _ packet: RawSpan) -> Bool {
        guard !isClosed else {
            state.dropped += 1
            return false
        }
        var isForDisk = false
        if !filling.hasRoom(for: packet.byteCount), filling.count > 0 { isForDisk = seal() }
        filling.append(header, packet)
        return isForDisk
    }

    /// Puts the full block behind the others, or drops it; whether it is for the disk.
    private mutating func seal() -> Bool {
        let bytes = filling.byteCount
        let isInOrder = spooled.isEmpty && writing == nil && back.isEmpty
        if isInOrder, heldBytes + bytes <= limits.frontBytes {
            front.append(filling)
        } else if limits.spoolBytes > 0, heldBytes + bytes <= limits.memoryBytes {
            back.append(filling)
        } else {
            state.dropped += Int64(filling.count)
            filling.removeAll()
            // Whatever kept the disk from taking it may be over.
            return !back.isEmpty
        }
        heldBytes += bytes
        filling = empty()
        return !back.isEmpty
    }

    /// A block to be filled.
    mutating func empty() -> PacketBlock {
        spare.popLast() ?? PacketBlock(capacity: limits.blockBytes)
    }

    // MARK: - The reading side

    /// The packets that are next; `nil` when none wait.
    mutating func take() -> Next? {
        if !front.isEmpty { return .memory(held(front.removeFirst())) }
        if !spooled.isEmpty {
            let place = spooled.removeFirst()
            state.spooled -= Int64(place.count)
            return .disk(place)
        }
        // What is being written is not waited for: its place on the disk is then not used.
        if let job = writing.take() { return .memory(held(job.block)) }
        if !back.isEmpty { return .memory(held(back.removeFirst())) }
        guard filling.count > 0 else { return nil }
        let taken = filling
        filling = empty()
        return .memory(taken)
    }

    private mutating func held(_ block: PacketBlock) -> PacketBlock {
        heldBytes -= block.byteCount
        return block
    }

    /// Takes a block back whose packets are decoded.
    mutating func recycle(_ block: PacketBlock) {
        guard spare.count < Self.spareBlocks else { return }
        spare.append(block)
        spare[spare.count - 1].removeAll()
    }

    /// The disk did not give back what was put there.
    mutating func miss(_ place: SpooledPackets) {
        state.dropped += Int64(place.count)
    }

    /// Takes nothing more.
    mutating func close() {
        isClosed = true
    }

    /// Lets go of what waits in memory, and counts it; what is on the disk stays there.
    mutating func abandon() {
        isClosed = true
        let blocks = front + [writing?.block].compactMap(\.self) + back + [filling]
        state.dropped += blocks.reduce(0) { $0 + Int64($1.count) }
        (front, writing, back, spooled, heldBytes) = ([], nil, [], [], 0)
        filling.removeAll()
    }
}

// MARK: - The disk's side

extension BacklogQueue {
    /// The next block for the disk, and where it goes; `nil` when there is none, or no room.
    mutating func beginWriting() -> Writing? {
        guard writing == nil, let block = back.first else { return nil }
        guard state.spoolBytes + PacketSegment.headBytes + block.byteCount <= limits.spoolBytes else {
            state.obstacle = "the spool is full"
            return nil
        }
        let last = segments.last
        let isNew = last.map { $0.length >= limits.segmentBytes } ?? true
        let segment = PacketSegment(folder: folder, recordingID: recordingID, first: position)
        let place = SpooledPackets(
            segment: isNew ? segment : last?.segment ?? segment,
            offset: isNew ? PacketSegment.headBytes : last?.length ?? PacketSegment.headBytes,
            byteCount: block.byteCount,
            count: block.count,
            linkType: block.linkType
        )
        back.removeFirst()
        let job = Writing(block: block, place: place, isNewSegment: isNew)
        writing = job
        return job
    }

    /// The block was written, or was not, for a reason in words.
    ///
    /// - Returns: whether what was written is to be taken away again: it was read meanwhile.
    mutating func endWriting(_ job: Writing, obstacle: String?) -> Bool {
        state.obstacle = obstacle
        guard let block = writing.take()?.block else { return obstacle == nil }
        guard obstacle == nil else {
            back.insert(block, at: 0)
            return false
        }
        heldBytes -= block.byteCount
        recycle(block)
        let end = job.place.offset + job.place.byteCount
        if job.isNewSegment { segments.append((job.place.segment, 0)) }
        segments[segments.count - 1].length = end
        state.spoolBytes += job.place.byteCount + (job.isNewSegment ? PacketSegment.headBytes : 0)
        position = job.place.end
        spooled.append(job.place)
        state.spooled += Int64(job.place.count)
        return false
    }

    /// Lets go of the files whose packets are all before a position; those that are to be removed.
    mutating func release(before end: Int64) -> [PacketSegment] {
        var released: [PacketSegment] = []
        while let oldest = segments.first, oldest.segment.position(of: oldest.length) <= end,
            writing?.place.segment != oldest.segment
        {
            released.append(oldest.segment)
            state.spoolBytes -= oldest.length
            segments.removeFirst()
        }
        return released
    }
}
