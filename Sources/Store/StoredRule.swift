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

    /// The rule of a reading.
    init(_ reading: MessageReading) {
        dialect = reading.dialect
        name = reading.rule
        event = reading.event
    }
}
