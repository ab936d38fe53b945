// Which live id stands for which recorded one. field-notes.md §4, R4.

public import Dialects

/// Pairs of recorded and live ids, one to one, each bound once.
public struct Bindings: Hashable, Sendable {
    /// The kinds of id that a replay binds.
    public enum Field: String, Hashable, Sendable, CaseIterable {
        case command, device, product, gateway, firmware, url
    }

    /// A live id that stands for no recorded one.
    public struct Unbound: Hashable, Sendable {
        /// Which kind of id it is.
        public var field: Field
        /// The live id, verbatim.
        public var live: String
        /// The kind of message that carried it.
        public var kind: UpgradeEvent.Kind
    }

    private var liveByRecorded: [Field: [String: String]] = [:]
    private var recordedByLive: [Field: [String: String]] = [:]

    /// Bindings without any pair.
    public init() {}

    /// Binds a recorded id to a live one.
    ///
    /// - Returns: whether the pair now stands; `false` when either id already stands for another.
    @discardableResult
    public mutating func bind(_ field: Field, recorded: String, live: String) -> Bool {
        if let bound = liveByRecorded[field]?[recorded] { return bound == live }
        guard recordedByLive[field]?[live] == nil else { return false }
        liveByRecorded[field, default: [:]][recorded] = live
        recordedByLive[field, default: [:]][live] = recorded
        return true
    }

    /// The live id that stands for a recorded one.
    public func live(_ field: Field, for recorded: String) -> String? { liveByRecorded[field]?[recorded] }

    /// The recorded id that a live one stands for.
    public func recorded(_ field: Field, for live: String) -> String? { recordedByLive[field]?[live] }

    /// The ids of a live message that stand for no recorded one; each is a divergence.
    ///
    /// Ids that the sender makes itself are free: those of polls, version reports, presence and logs
    /// (dialects.md §3.2).
    public func unbound(in event: UpgradeEvent) -> [Unbound] {
        var candidates: [(Field, String?)] = [(.device, event.deviceID)]
        if Self.echoing.contains(event.kind) {
            candidates += [(.command, event.commandID), (.firmware, event.firmwareID)]
        }
        return candidates.compactMap { field, live in
            guard let live, recorded(field, for: live) == nil else { return nil }
            return Unbound(field: field, live: live, kind: event.kind)
        }
    }

    private static let echoing: Set<UpgradeEvent.Kind> = [
        .accept, .reject, .progress, .result, .cancelAck,
    ]

    /// The event with every bound id replaced by its live one; unbound ids stay as they are.
    public func live(_ event: UpgradeEvent) -> UpgradeEvent {
        var live = event
        live.deviceID = self.live(.device, for: event.deviceID) ?? event.deviceID
        live.productID = event.productID.map { self.live(.product, for: $0) ?? $0 }
        live.gatewayID = event.gatewayID.map { self.live(.gateway, for: $0) ?? $0 }
        live.commandID = event.commandID.map { self.live(.command, for: $0) ?? $0 }
        live.firmwareID = event.firmwareID.map { self.live(.firmware, for: $0) ?? $0 }
        live.url = event.url.map { self.live(.url, for: $0) ?? $0 }
        return live
    }
}
