// What a spool shows of itself.

/// How a spool stands at one moment.
public struct SpoolState: Hashable, Sendable {
    /// Why nothing is taken, so that the broker waits.
    public enum Obstacle: Hashable, Sendable {
        /// The spool holds as much as it may: the store is slower than the broker.
        case limit
        /// The system took nothing more; in its words.
        case disk(String)
    }

    /// Deliveries taken and not yet given back as written to the store.
    public var waitingCount: Int64
    /// Bytes on the disk.
    public var byteCount: Int
    /// Deliveries that the broker sent again and that were there already.
    public var redelivered: Int64
    /// Why nothing is taken at the moment.
    public var obstacle: Obstacle?
}
