// How long a dialect's sessions wait for the next evidence. dialects.md §5.5.

/// Windows of recorded time after which silence means something.
public struct DialectTimers: Hashable, Sendable {
    /// Offer to acknowledgement, unless the offer states its own.
    public var ack: Duration
    /// Silence within an upgrade that counts as a stall.
    public var stall: Duration
    /// Silence after which an open session is expired.
    public var session: Duration
    /// Claimed success to version report.
    public var confirm: Duration
    /// How long after its end a session still takes late evidence.
    public var close: Duration

    /// The defaults of dialects.md §5.5.
    public init(
        ack: Duration = .seconds(10),
        stall: Duration = .seconds(30),
        session: Duration = .seconds(600),
        confirm: Duration = .seconds(300),
        close: Duration = .seconds(120)
    ) {
        self.ack = ack
        self.stall = stall
        self.session = session
        self.confirm = confirm
        self.close = close
    }
}
