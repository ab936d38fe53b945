// When a connection need not be looked at for a moment: messages that come one by one are read several at a time.

/// Decides whether messages may gather; knows neither socket nor clock.
///
/// A wake of the thread costs more than reading a message does. A broker that sends no more than so many unacknowledged
/// messages must not be slowed down by that: when everything came at the beginning of a pause, it waits for us.
struct ReadingPause {
    /// Messages of one turn from on which more are expected at once.
    private static let many = 16
    /// How long before the end of a pause the last bytes must have come, lest the broker be taken to wait for us.
    private static let recently = Duration.milliseconds(5)
    /// The pause in a stream that nobody waits for us in: to wake us for each message would cost the broker a good part
    /// of what sending it does.
    private static let breath = Duration.milliseconds(1)
    /// How long there is no pause when it does.
    private static let abstinence = Duration.seconds(1)

    private let length: Duration
    /// When the connection is to be looked at again; `nil` when it is not resting.
    private(set) var end: ContinuousClock.Instant?
    private var silence: Duration?
    private var notBefore: ContinuousClock.Instant?
    private var wasFew = true

    /// Pauses of this length; none with zero.
    init(length: Duration) {
        self.length = length
    }

    /// Ends a pause: what gathered is read now.
    ///
    /// - Parameter silence: How long nothing had come; `nil` when that is not known.
    mutating func finish(after silence: Duration?) {
        end = nil
        self.silence = silence
    }

    /// Ends a pause because an answer is expected.
    mutating func cancel() {
        end = nil
    }

    /// A turn has ended in which so many messages came and were acknowledged; `isOwed` says whether the broker waited for
    /// that.
    mutating func turnEnded(messages: Int, isOwed: Bool, at now: ContinuousClock.Instant) {
        let silence = silence.take()
        guard length > .zero, messages > 0 else { return }
        let isFew = messages < Self.many
        if !isFew, !isOwed { end = now + Self.breath }
        // The few after many are the last of a burst: more of it may be on the way.
        defer { wasFew = isFew }
        guard isFew, wasFew else { return }
        if let silence, silence >= length - Self.recently { notBefore = now + Self.abstinence }
        guard notBefore.map({ now >= $0 }) ?? true else { return }
        end = now + length
    }
}
