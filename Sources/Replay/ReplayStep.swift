// One publish of the recorded peer, and what it followed from.

public import Dialects
public import Traffic

/// One message that the recorded peer published, and when it is due.
public struct ReplayStep: Hashable, Sendable {
    /// The message as recorded.
    public var message: Message
    /// What it says.
    public var event: UpgradeEvent
    /// Recorded time since the first step; never decreases from step to step.
    public var offset: Duration
    /// The message of the other side that it followed; `nil` when it followed none.
    public var awaited: AwaitedEvent?

    /// A step from its parts.
    public init(message: Message, event: UpgradeEvent, offset: Duration, awaited: AwaitedEvent? = nil) {
        self.message = message
        self.event = event
        self.offset = offset
        self.awaited = awaited
    }
}

/// A recorded message of the side under test, whose live counterpart a step waits for.
public struct AwaitedEvent: Hashable, Sendable {
    /// Its number among the trace's entries.
    public var entry: Int
    /// What it says.
    public var kind: UpgradeEvent.Kind
    /// Counts the messages of this kind since the replayed part began, from 1.
    public var occurrence: Int
    /// For a progress: the percentage that the live one must reach.
    public var percent: Double?
    /// The id it carried, to be bound to the live one's.
    public var commandID: String?
    /// Recorded time from it to the step.
    public var gap: Duration

    /// An awaited message from its parts.
    public init(
        entry: Int,
        kind: UpgradeEvent.Kind,
        occurrence: Int = 1,
        percent: Double? = nil,
        commandID: String? = nil,
        gap: Duration = .zero
    ) {
        self.entry = entry
        self.kind = kind
        self.occurrence = occurrence
        self.percent = percent
        self.commandID = commandID
        self.gap = gap
    }
}

/// What ends the observation after the last step.
public struct ReplayEnding: Hashable, Sendable {
    /// The kinds of message with which the recorded device ended; empty when it fell silent.
    public var kinds: Set<UpgradeEvent.Kind>
    /// Whether its last result was one that a later progress may take back (dialects.md §3.4).
    public var acceptsSoftResult: Bool
    /// The recorded device's longest silence before one of its own messages or requests.
    public var longestSilence: Duration

    /// An ending from its parts.
    public init(
        kinds: Set<UpgradeEvent.Kind> = [],
        acceptsSoftResult: Bool = false,
        longestSilence: Duration = .zero
    ) {
        self.kinds = kinds
        self.acceptsSoftResult = acceptsSoftResult
        self.longestSilence = longestSilence
    }
}
