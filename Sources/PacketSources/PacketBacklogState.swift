// What a backlog of packets shows of itself.

/// How packets wait at one moment, between the capture's thread and who decodes them.
public struct PacketBacklogState: Hashable, Sendable {
    /// Packets that were dropped: neither memory nor disk had room for them, or the disk did not give them back.
    public internal(set) var dropped: Int64 = 0
    /// Packets on the disk that wait.
    public internal(set) var spooled: Int64 = 0
    /// Bytes on the disk, those that were read and not yet given back included.
    public internal(set) var spoolBytes = 0
    /// Why nothing more is put on the disk, in words; `nil` as long as there is no need, or it is done.
    public internal(set) var obstacle: String?
}

/// How many packets may wait, and where.
public struct PacketBacklogLimits: Sendable {
    /// Bytes of packets in memory.
    public var memoryBytes: Int
    /// Bytes on the disk; with 0 nothing is put there.
    public var spoolBytes: Int
    /// Bytes of the disk that are left to others: the store has to grow, too.
    public var spareBytes: Int

    /// By default 64 MiB in memory and 1 GiB on the disk, as long as 256 MiB of that are left.
    public init(memoryBytes: Int = 64 << 20, spoolBytes: Int = 1 << 30, spareBytes: Int = 256 << 20) {
        self.memoryBytes = memoryBytes
        self.spoolBytes = spoolBytes
        self.spareBytes = spareBytes
    }

    /// Bytes that are handed on, written and read at once.
    var blockBytes: Int { min(1 << 20, max(16 << 10, memoryBytes / 16)) }
    /// Bytes of a file of the spool; room is given back by whole files.
    var segmentBytes: Int { min(64 << 20, max(1, spoolBytes / 8)) }
    /// Bytes in memory from which on the disk takes over; the rest is for what is being written.
    var frontBytes: Int { spoolBytes > 0 ? memoryBytes / 4 * 3 : memoryBytes }
}
