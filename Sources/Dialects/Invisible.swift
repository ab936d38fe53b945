// What a passive recorder cannot see of a dialect. dialects.md §6, requirement 13.

/// A step of a dialect that leaves no trace on the wire that is recorded.
public struct Invisible: Hashable, Sendable {
    /// The kind of event whose absence says nothing; `nil` where it is none of the kinds.
    public var event: UpgradeEvent.Kind?
    /// What is not seen, in a sentence.
    public var what: String
    /// Where to look instead.
    public var instead: String?

    init(event: UpgradeEvent.Kind? = nil, what: String, instead: String? = nil) {
        self.event = event
        self.what = what
        self.instead = instead
    }
}
