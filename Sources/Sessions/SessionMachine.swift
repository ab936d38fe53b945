// The states of one session, evidence by evidence. dialects.md §5.3.

import Dialects
import Traffic

/// Follows one session through its states; evidence comes in recorded order.
struct SessionMachine: Hashable, Sendable {
    /// How firm an end is.
    enum Finality: Sendable {
        /// A failure that later progress takes back (dialects.md §3.4).
        case soft
        /// Concluded by the analyzer or willed by the platform: an end told by the device replaces it.
        case implied
        /// Told by the device.
        case claimed
    }

    /// Where a session came to its end.
    struct End: Hashable, Sendable {
        var at: Timestamp
        var finality: Finality
        /// `nil` when the result does not say.
        var isOK: Bool?
    }

    private(set) var state: Session.State = .polled
    private(set) var end: End?
    /// The event that ended the session, when the device told.
    private(set) var endingEvent: UpgradeEvent?
    private(set) var offeredAt: Timestamp?
    private(set) var acceptedAt: Timestamp?
    private(set) var firstProgressAt: Timestamp?
    private(set) var lastProgressAt: Timestamp?
    private(set) var confirmedAt: Timestamp?
    private(set) var lastActivityAt: Timestamp

    init(at: Timestamp) {
        lastActivityAt = at
    }

    /// Whether the device has done anything about the offer.
    var isAnswered: Bool { acceptedAt != nil || firstProgressAt != nil || endingEvent != nil }

    /// Takes one event; says whether it came after the session's end.
    mutating func receive(_ event: UpgradeEvent) -> Bool {
        let at = event.recordedAt
        if event.kind.isActivity { lastActivityAt = max(lastActivityAt, at) }
        switch event.kind {
        case .offer:
            offeredAt = offeredAt ?? at
            advance(to: .offered)
        case .accept: return accept(at)
        case .progress: return progress(event)
        case .reject: return finish(.rejected, event, isOK: false)
        case .result: return finish(Self.state(of: event), event, isOK: event.isOK)
        case .cancelAck: return finish(.cancelled, event, isOK: false)
        case .cancel: return conclude(.cancelled, at: at)
        case .chunk: advance(to: .transferring)
        case .poll, .version, .versionQuery, .noUpdate, .presence, .log, .unknown: break
        }
        return false
    }

    /// Takes one more progress report that says what the one before said, in a session that `isUnderWay`.
    mutating func continueProgress(at: Timestamp) {
        lastActivityAt = max(lastActivityAt, at)
        lastProgressAt = at
    }

    /// Takes a download: it moves the session on by itself.
    mutating func receiveTransfer(from start: Timestamp, to end: Timestamp) {
        lastActivityAt = max(lastActivityAt, start, end)
        if self.end == nil { advance(to: .transferring) }
    }

    /// Takes the version that the device reports: the offered one, one that ran before, or some other.
    mutating func receiveVersion(at: Timestamp, isTarget: Bool, isOld: Bool) {
        if isTarget {
            state = .confirmed
            confirmedAt = at
            // What the device says of the upgrade itself counts for more than what it seems to run.
            end = end ?? End(at: at, finality: .implied, isOK: true)
        } else if state == .reportedOK || state == .confirmed, isOld {
            state = .contradicted
            confirmedAt = at
        }
    }

    /// Ends the session without the device's word; says whether it had ended before.
    mutating func conclude(_ state: Session.State, at: Timestamp) -> Bool {
        guard end == nil || end?.finality == .soft else { return true }
        self.state = state
        end = End(at: at, finality: .implied, isOK: nil)
        endingEvent = nil
        return false
    }

    // MARK: - Steps

    private mutating func accept(_ at: Timestamp) -> Bool {
        guard end == nil || end?.finality == .soft else { return true }
        acceptedAt = acceptedAt ?? at
        advance(to: .accepted)
        return false
    }

    private mutating func progress(_ event: UpgradeEvent) -> Bool {
        let phase = Self.state(ofPhase: event.phase)
        if end?.finality == .soft {
            end = nil
            endingEvent = nil
            state = phase
        }
        guard end == nil else { return true }
        firstProgressAt = firstProgressAt ?? event.recordedAt
        lastProgressAt = event.recordedAt
        advance(to: phase)
        return false
    }

    private mutating func finish(_ state: Session.State?, _ event: UpgradeEvent, isOK: Bool?) -> Bool {
        if let end, end.finality == .claimed || (end.finality == .soft && event.isSoft) { return true }
        // A success told after the version that shows it changes nothing of that.
        if self.state != .confirmed || isOK != true { self.state = state ?? self.state }
        end = End(at: event.recordedAt, finality: event.isSoft ? .soft : .claimed, isOK: isOK)
        endingEvent = event
        return false
    }

    private mutating func advance(to next: Session.State) {
        guard end == nil else { return }
        if Self.rank(next) > Self.rank(state) { state = next }
    }
}

// MARK: - Reading of states

extension SessionMachine {
    /// The states on the way, in order; ends rank last.
    private static let way: [Session.State] = [
        .polled, .offered, .accepted, .transferring, .verifying, .installing, .rebooting,
    ]

    private static func rank(_ state: Session.State) -> Int {
        way.firstIndex(of: state) ?? way.count
    }

    /// The state a gateway's phase stands for (dialects.md §4.3).
    private static func state(ofPhase phase: String?) -> Session.State {
        switch phase {
        case "unpack", "verify": .verifying
        case "key", "distribute", "bitmap", "activate", "install": .installing
        case "reboot", "confirm": .rebooting
        default: .transferring
        }
    }

    /// The end a result tells; `nil` when it does not say.
    private static func state(of result: UpgradeEvent) -> Session.State? {
        guard let isOK = result.isOK else { return nil }
        if isOK { return .reportedOK }
        switch result.code?.uppercased() {
        case "TIMEOUT", "TIME_OUT", "TIMED_OUT": return .timedOut
        case "CANCELLED", "CANCELED": return .cancelled
        default: return result.claimedFailure == .timedOut ? .timedOut : .failed
        }
    }
}

// MARK: - Windows of recorded time

extension SessionMachine {
    /// Whether evidence at this time finds the session under way.
    func isOpen(at: Timestamp, _ timers: DialectTimers) -> Bool {
        guard let end else { return at <= lastActivityAt.advanced(by: timers.session) }
        return end.finality == .soft && at <= end.at.advanced(by: timers.close)
    }

    /// Whether it has no end of any kind and was last active within the window, in nanoseconds.
    func isUnderWay(at: Timestamp, window: Int64) -> Bool {
        end == nil && at.nanoseconds(since: lastActivityAt) <= window
    }

    /// Whether evidence at this time is still taken, if only as late.
    func isTaking(at: Timestamp, _ timers: DialectTimers) -> Bool {
        at <= lastTaking(timers)
    }

    /// The end of the close window; it moves on with late evidence.
    func lastTaking(_ timers: DialectTimers) -> Timestamp {
        guard let end else { return lastActivityAt.advanced(by: timers.session + timers.close) }
        return max(end.at, lastActivityAt).advanced(by: timers.close)
    }

    /// Whether a version report at this time is about this session (dialects.md §5.4 rule 3).
    func isAwaitingVersion(at: Timestamp, _ timers: DialectTimers) -> Bool {
        switch state {
        case .installing, .rebooting: end == nil ? isTaking(at: at, timers) : isOpen(at: at, timers)
        case .reportedOK, .contradicted: at <= lastAwaiting(timers)
        default: false
        }
    }

    /// Whether another version than the one that confirmed the session, reported at this time, takes that back.
    func isRevocable(at: Timestamp, _ timers: DialectTimers) -> Bool {
        state == .confirmed && at <= lastAwaiting(timers)
    }

    /// The end of the grace for a version report, close window included.
    private func lastAwaiting(_ timers: DialectTimers) -> Timestamp {
        (end?.at ?? lastActivityAt).advanced(by: timers.confirm + timers.close)
    }

    /// When nothing can change the session any more.
    func lastChange(_ timers: DialectTimers) -> Timestamp {
        switch state {
        case .reportedOK, .contradicted, .confirmed: max(lastTaking(timers), lastAwaiting(timers))
        default: lastTaking(timers)
        }
    }
}
