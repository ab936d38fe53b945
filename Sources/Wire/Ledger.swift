// What all connections of one decoder share.

import Traffic

/// Counters, numbers and bounds that every connection of a decoder draws on.
struct Ledger: Sendable {
    /// The decoder's bounds.
    let limits: WireLimits
    /// What was lost.
    var losses = Losses()
    /// What was handed on last.
    var delivered: DeliveredSegments
    /// `limits.holeTime` in nanoseconds.
    let patience: Int64
    /// `limits.acknowledgedHoleTime` in nanoseconds, at least a millisecond.
    let shortPatience: Int64
    /// `limits.idleTime` in nanoseconds.
    let idleNanoseconds: Int64
    /// MQTT sessions that may outlive their connections.
    var sessions = MQTTSessions()
    /// Names being looked up, and those that were.
    var lookups: NameLookups
    private var unreachedTold = 0
    private var unreachedSince = Timestamp(nanoseconds: .min)
    private var connections = 0
    private var exchanges = 0

    /// A ledger with nothing in it.
    init(limits: WireLimits) {
        self.limits = limits
        delivered = DeliveredSegments(limit: limits.rememberedSegments)
        lookups = NameLookups(limits: limits)
        patience = limits.holeTime.wholeNanoseconds
        shortPatience = max(1_000_000, limits.acknowledgedHoleTime.wholeNanoseconds)
        idleNanoseconds = limits.idleTime.wholeNanoseconds
    }

    /// The next connection's number.
    mutating func numberConnection() -> Int {
        connections += 1
        return connections
    }

    /// The next exchange's number.
    mutating func numberExchange() -> Int {
        exchanges += 1
        return exchanges
    }

    /// Tells of a server that was not reached: of so many a second of the capture and no more.
    mutating func tell(of unreached: UnreachedServer, into sink: inout some WireSink) {
        let since = unreached.endedAt.nanoseconds(since: unreachedSince)
        if since >= 1_000_000_000 || since < 0 {
            unreachedSince = unreached.endedAt
            unreachedTold = 0
        }
        guard unreachedTold < limits.unreachedPerSecond else {
            losses.unreachedNotKept += 1
            return
        }
        unreachedTold += 1
        sink.serverUnreached(unreached)
    }

    /// Counts a hole that will not be filled.
    mutating func countGap(of bytes: Int64) {
        losses.gaps += 1
        let (sum, overflowed) = losses.gapBytes.addingReportingOverflow(bytes)
        losses.gapBytes = overflowed ? .max : sum
    }
}
