// One line of a session's timeline, in words.

public import Traffic

/// Something that was seen of a session, ready to be shown.
public struct TimelineEntry: Hashable, Sendable {
    /// Where it was seen.
    public enum Lane: String, Hashable, Sendable, CaseIterable {
        /// A message.
        case mqtt
        /// A download.
        case http
        /// A name that did not resolve.
        case dns
        /// A server that took no connection.
        case tcp
    }

    /// A kind of source that saw it.
    public enum Source: String, Hashable, Sendable, CaseIterable {
        /// Our own subscription at a broker.
        case broker
        /// Captured packets.
        case wire
        /// Our own firmware host.
        case served
    }

    /// When.
    public var at: Timestamp
    /// Where it was seen.
    public var lane: Lane
    /// What it is in one or two words, such as `progress`.
    public var what: String
    /// The particulars as one sentence; captured text as it was, escaped when shown.
    public var text: String
    /// Which sources saw it.
    public var sources: Set<Source>
    /// Whether it is a redelivery that counts for nothing.
    public var isTransportDuplicate: Bool

    /// A line from its parts.
    public init(
        at: Timestamp,
        lane: Lane,
        what: String,
        text: String,
        sources: Set<Source>,
        isTransportDuplicate: Bool = false
    ) {
        self.at = at
        self.lane = lane
        self.what = what
        self.text = text
        self.sources = sources
        self.isTransportDuplicate = isTransportDuplicate
    }

    /// The sources in one word, such as `broker+wire`.
    var sourceText: String {
        Source.allCases.filter(sources.contains).map(\.rawValue).joined(separator: "+")
    }
}
