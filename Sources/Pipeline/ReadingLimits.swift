// How much is remembered while packets are read.

import Wire

/// The bounds of reading packets that a user may set; what they cut is counted in `Losses`.
public struct ReadingLimits: Hashable, Sendable {
    var wire = WireLimits()
    var meters = MeterLimits()

    /// The defaults.
    public init() {}

    /// TCP connections followed at once.
    public var connections: Int {
        get { wire.flows }
        set { wire.flows = newValue }
    }
    /// Bytes that all connections together hold back: behind holes, of unfinished packets and heads.
    public var heldBytes: Int {
        get { wire.totalBytes }
        set { wire.totalBytes = newValue }
    }
    /// Bytes held back behind a hole of one direction of a connection.
    public var heldBytesPerDirection: Int {
        get { wire.bytesPerDirection }
        set { wire.bytesPerDirection = newValue }
    }
    /// How long missing bytes are waited for that nobody has acknowledged.
    public var holeTime: Duration {
        get { wire.holeTime }
        set { wire.holeTime = newValue }
    }
    /// Silence after which a connection is forgotten.
    public var idleTime: Duration {
        get { wire.idleTime }
        set { wire.idleTime = newValue }
    }
    /// Largest MQTT control packet that comes in several segments.
    public var controlPacketBytes: Int {
        get { wire.controlPacketBytes }
        set { wire.controlPacketBytes = newValue }
    }
    /// Largest HTTP message head.
    public var headBytes: Int {
        get { wire.headBytes }
        set { wire.headBytes = newValue }
    }
    /// Requests of one connection that wait for their answer.
    public var waitingRequests: Int {
        get { wire.pipelinedRequests }
        set { wire.pipelinedRequests = newValue }
    }
    /// IP datagrams being put together from fragments.
    public var fragmentedDatagrams: Int {
        get { wire.fragmentedDatagrams }
        set { wire.fragmentedDatagrams = newValue }
    }
    /// Bytes of topics that aliases hold, per direction of a connection.
    public var aliasBytes: Int {
        get { wire.aliasBytes }
        set { wire.aliasBytes = newValue }
    }
    /// MQTT sessions remembered beyond their connection.
    public var resumableSessions: Int {
        get { wire.sessions }
        set { wire.sessions = newValue }
    }
    /// HTTP bodies measured at once.
    public var bodies: Int {
        get { meters.bodies }
        set { meters.bodies = newValue }
    }
}
