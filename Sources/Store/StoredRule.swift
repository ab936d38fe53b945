// What read a message as what.

import Dialects

/// A message rule of a dialect and the event that it reads.
struct StoredRule: Hashable, Sendable {
    /// Dialect's name.
    var dialect: String
    /// The definition's message name.
    var name: String
    /// What the messages say.
    var event: UpgradeEvent.Kind

    /// A rule by its names.
    init(dialect: String, name: String, event: UpgradeEvent.Kind) {
        self.dialect = dialect
        self.name = name
        self.event = event
    }

    /// The rule of a reading.
    init(_ reading: MessageReading) {
        self.init(dialect: reading.dialect, name: reading.rule, event: reading.event)
    }
}
