// A message looked at closely: what it states, and which keys its payload has. Not for the hot path.

internal import Traffic

/// A message that a dialect claims, with all its payload's keys.
public struct ExaminedMessage: Sendable {
    /// A key of the payload that holds a value.
    public struct Key: Hashable, Sendable {
        /// Its path, with dots between keys; `[*]` stands for any element of an array.
        public var path: String
        /// Its value as it stands in the payload, cut to what a table can show.
        public var value: String
        /// Whether a field, a condition or the definition's list of known keys names it.
        public var isKnown: Bool

        /// A key with its value.
        public init(path: String, value: String, isKnown: Bool) {
            self.path = path
            self.value = value
            self.isKnown = isKnown
        }
    }

    /// The dialect that reads it.
    public var dialect: String
    /// The template that its topic fits.
    public var template: String
    /// What it states.
    public var event: UpgradeEvent
    /// The beginning of its payload, as text.
    public var payloadText: String
    /// The payload's keys, each once, in its order; none where it is no JSON or cannot be read.
    public var keys: [Key]
    /// Names of keys whose values are credentials.
    public var secrets: [String]

    /// A message from what was found.
    public init(
        dialect: String,
        template: String,
        event: UpgradeEvent,
        payloadText: String = "",
        keys: [Key] = [],
        secrets: [String] = []
    ) {
        self.dialect = dialect
        self.template = template
        self.event = event
        self.payloadText = payloadText
        self.keys = keys
        self.secrets = secrets
    }
}
