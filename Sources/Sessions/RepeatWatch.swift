// Knows what is seen or delivered once more, for who counts messages that belong to no session.

import Traffic

/// Tells copies and redeliveries from news by the rules that sessions go by (dialects.md §5.5).
///
/// Takes sights in recorded order, or nearly. Memory is bounded: what is forgotten counts as news.
public struct RepeatWatch: Sendable {
    private var copies: CopyWindow
    private var acknowledged: [MessageFingerprint: Timestamp] = [:]
    private var remembered: Set<MessageFingerprint> = []
    private let limit: Int

    /// A watch that has seen nothing.
    public init(limits: TrackerLimits = TrackerLimits()) {
        limit = limits.copyWindow
        copies = CopyWindow(limit: limits.copyWindow)
    }

    /// Whether a message was seen before: from another vantage, delivered again, or kept by the broker.
    ///
    /// - Parameters:
    ///   - sight: The message.
    ///   - isTimed: Whether the message claims a time: equal ones are then the same for longer.
    /// - Returns: whether it is no news.
    public mutating func isRepeat(_ sight: MessageSight, isTimed: Bool) -> Bool {
        let (print, at) = (sight.fingerprint, sight.recordedAt)
        if sight.isBrokersMemory {
            if remembered.count >= limit { remembered.removeAll() }
            return !remembered.insert(print).inserted || acknowledged[print] != nil
        }
        let leg = CopyWindow.Leg(vantage: sight.vantage, direction: sight.direction)
        if copies.receive(print, id: sight.id, on: leg, at: at) != nil { return true }
        guard sight.qos != .atMostOnce else { return false }
        if let earlier = acknowledged[print] {
            let window = isTimed || sight.isDuplicate ? Partition.repeatWindow : CopyWindow.span
            if at.duration(since: earlier) <= window { return true }
        }
        remember(print, at)
        return false
    }

    private mutating func remember(_ print: MessageFingerprint, _ at: Timestamp) {
        if acknowledged.count >= limit {
            acknowledged = acknowledged.filter { at.duration(since: $0.value) <= Partition.repeatWindow }
            if acknowledged.count >= limit { acknowledged.removeAll(keepingCapacity: true) }
        }
        acknowledged[print] = at
    }
}
