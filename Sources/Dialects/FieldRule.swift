// How one field of an event stands in a payload.

/// One entry of a message's field map, for reading and for writing.
struct FieldRule: Sendable {
    /// A JSON path and the slot that the scanner fills for it.
    struct Place: Hashable, Sendable {
        var path: [String]
        var slot: Int

        /// The path as reasons and errors name it.
        var name: String { path.joined(separator: ".") }
    }

    /// One word of an enumeration and what it means.
    struct Word: Hashable, Sendable {
        var text: String
        var flag: Bool
    }

    /// The event's field; `nil` for a key that is only written.
    var target: EventField?
    /// Where the value may stand; the first place that has one counts, the first of all is written.
    var places: [Place]
    /// The digest's algorithm, where it has a key of its own.
    var algorithm: Place?
    var unit: FieldUnit?
    /// Decimals when written; 0 also refuses fractions when read, where the dialect does not coerce.
    var decimals: Int?
    /// Whether a message without the field does not fit.
    var isRequired = false
    /// Whether a value of the wrong type leaves the field out instead of making the message unknown.
    var isLenient = false
    /// Values that mean "absent".
    var absentValues: [Literal] = []
    /// What an absent flag means.
    var defaultFlag: Bool?
    /// What the value must be, and what is written.
    var constant: Literal?
    /// What is written when the event does not state the field.
    var written: Literal?
    /// The words of a flag that is spelled as an enumeration; empty for plain booleans.
    var words: [Word] = []

    /// The name in reasons and errors.
    var name: String { places.first?.name ?? "" }
}
