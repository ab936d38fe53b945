// Everything a recording did not see, by kind.

/// Counters of what was lost, kept with every recording.
///
/// Zero means "counted, and none"; design.md §1.5.
public struct Losses: Hashable, Sendable {
    /// Packets the kernel dropped because the capture ring was full (`ps_drop`).
    public var kernelDrops: Int64 = 0
    /// Packets the interface dropped (`ps_ifdrop`).
    public var interfaceDrops: Int64 = 0
    /// Messages we dropped because our own queue was full.
    public var queueDrops: Int64 = 0
    /// Holes in TCP streams that were never filled.
    public var gaps: Int64 = 0
    /// Bytes missing in those holes.
    public var gapBytes: Int64 = 0
    /// TCP segments that repeat earlier bytes with other content, of connections that are read; the first copy counts.
    public var conflictingRetransmissions: Int64 = 0
    /// TCP segments far ahead of all others that nobody acknowledged: their sequence numbers are not believed.
    public var straySegments: Int64 = 0
    /// Packets cut by the snap length.
    public var cutPackets: Int64 = 0
    /// Frames whose link, IP or TCP header could not be read.
    public var undecodablePackets: Int64 = 0
    /// MQTT control packets that break the specification.
    public var malformedPackets: Int64 = 0
    /// TCP connections given up to stay within memory or idle bounds.
    public var evictedFlows: Int64 = 0
    /// Connections that began with a TLS hello: seen, not read.
    public var encryptedConnections: Int64 = 0
    /// WebSocket connections with messages that are compressed or text: not read.
    public var unreadableConnections: Int64 = 0
    /// MQTT control packets and HTTP heads above the size limit: not read.
    public var oversizedPackets: Int64 = 0
    /// MQTT 5 topic aliases forgotten to stay within bounds: messages that use them have no topic.
    public var forgottenAliases: Int64 = 0
    /// MQTT sessions forgotten to stay within bounds: what they send again counts as new.
    public var forgottenSessions: Int64 = 0
    /// HTTP requests no longer waited for, to stay within bounds: their answers count as unasked.
    public var forgottenRequests: Int64 = 0
    /// Failed look-ups of names and failed connections that were too many to keep, and look-ups no longer followed.
    public var unreachedNotKept: Int64 = 0
    /// HTTP bodies not measured, or not looked at as parts of a file, to stay within bounds.
    public var unmeasuredBodies: Int64 = 0
    /// Devices let go before their sessions were final, to stay within bounds: their sessions may be split.
    public var devicesLetGo: Int64 = 0
    /// Downloads that were let go before it was known whose they are.
    public var downloadsLetGo: Int64 = 0
    /// Failed look-ups and connections that sessions no longer know of, to stay within bounds: the store has them.
    public var unreachedLetGo: Int64 = 0
    /// Packets that are in no packet file, though such were asked for; what they say is in the store.
    public var unwrittenPackets: Int64 = 0
    /// Whether the capture file ended in the middle of a record.
    public var isCaptureCut = false

    /// All zero.
    public init() {}

    /// Adds another set of counters.
    public mutating func add(_ other: Losses) {
        kernelDrops += other.kernelDrops
        interfaceDrops += other.interfaceDrops
        queueDrops += other.queueDrops
        gaps += other.gaps
        gapBytes += other.gapBytes
        conflictingRetransmissions += other.conflictingRetransmissions
        straySegments += other.straySegments
        cutPackets += other.cutPackets
        undecodablePackets += other.undecodablePackets
        malformedPackets += other.malformedPackets
        evictedFlows += other.evictedFlows
        encryptedConnections += other.encryptedConnections
        unreadableConnections += other.unreadableConnections
        oversizedPackets += other.oversizedPackets
        forgottenAliases += other.forgottenAliases
        forgottenSessions += other.forgottenSessions
        forgottenRequests += other.forgottenRequests
        unreachedNotKept += other.unreachedNotKept
        unmeasuredBodies += other.unmeasuredBodies
        devicesLetGo += other.devicesLetGo
        downloadsLetGo += other.downloadsLetGo
        unreachedLetGo += other.unreachedLetGo
        unwrittenPackets += other.unwrittenPackets
        isCaptureCut = isCaptureCut || other.isCaptureCut
    }
}
