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
    /// Connection attempts that came to nothing and were not told of.
    private(set) var attemptsNotTold: Int64 = 0
    private var attemptsTold = 0
    private var attemptsSince = Timestamp(nanoseconds: .min)
    private var connections = 0
    private var exchanges = 0

    /// A ledger with nothing in it.
    init(limits: WireLimits) {
        self.limits = limits
        delivered = DeliveredSegments(limit: limits.rememberedSegments)
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

    /// Whether an attempt is told of: so many a second of the capture and no more, since a scan makes millions.
    mutating func mayTellOfAttempt(at timestamp: Timestamp) -> Bool {
        if timestamp.nanoseconds(since: attemptsSince) >= 1_000_000_000 {
            attemptsSince = timestamp
            attemptsTold = 0
        }
        guard attemptsTold < limits.attemptsPerSecond else {
            attemptsNotTold += 1
            return false
        }
        attemptsTold += 1
        return true
    }

    /// Counts a hole that will not be filled.
    mutating func countGap(of bytes: Int64) {
        losses.gaps += 1
        let (sum, overflowed) = losses.gapBytes.addingReportingOverflow(bytes)
        losses.gapBytes = overflowed ? .max : sum
    }
}
