// How one field of an event stands in a payload.

/// One entry of a message's field map, for reading and for writing.
struct FieldRule: Sendable {
    /// A JSON path and the slot that the scanner fills for it.
    struct Place: Hashable, Sendable {
        /// What the path begins at.
        enum Scope: Hashable, Sendable {
            /// The payload, or the element of an array that makes an event of its own.
            case payload
            /// The payload, where the elements of an array make the events.
            case root
            /// A hole of a text template.
            case text
        }

        var path: [JSONStep]
        var slot: Int
        var scope = Scope.payload

        /// The path as reasons and errors name it.
        var name: String {
            switch scope {
            case .payload: path.name
            case .root: "/\(path.name)"
            case .text: "text"
            }
        }
    }

    /// Where a value comes from that stands at no path.
    enum Origin: Hashable, Sendable {
        case payload
        /// The client id of the connection that the message was published on.
        case clientID
        /// How many bytes the payload has.
        case length
    }

    /// One word of an enumeration and what it means.
    struct Word: Hashable, Sendable {
        /// What a word stands for.
        enum Meaning: Hashable, Sendable {
            case flag(Bool)
            case text(String)
        }

        var text: String
        var meaning: Meaning
        /// Whether the payload spells it as a number.
        var isNumber = false

        /// Whether it stands for any text.
        var isAny: Bool { text == "*" }
    }

    /// The event's field; `nil` for a key that is only written.
    var target: EventField?
    /// Where the value may stand; the first place that has one counts, the first of all is written.
    var places: [Place]
    var origin = Origin.payload
    /// The digest's algorithm, where it has a key of its own.
    var algorithm: Place?
    var unit: FieldUnit?
    /// Whether the sign says something else than the amount, and is left out.
    var ignoresSign = false
    /// Decimals when written; 0 also refuses fractions when read, where the dialect does not coerce.
    var decimals: Int?
    /// The events that have the field; empty for all.
    var kinds: Set<UpgradeEvent.Kind> = []
    /// Whether the payload's id counts more than the topic's, which is then the gateway's.
    var isOverTopic = false
    /// Whether a message without the field does not fit.
    var isRequired = false
    /// Whether a value of the wrong type leaves the field out instead of making the message unknown.
    var isLenient = false
    /// Whether numbers, strings and booleans stand in for each other here.
    var coerces = false
    /// Values that mean "absent".
    var absentValues: [Literal] = []
    /// What an absent field means.
    var defaultValue: EventValue?
    /// What the value must be, and what is written.
    var constant: Literal?
    /// What is written when the event does not state the field.
    var written: Literal?
    /// The words of an enumeration; empty for what is read as it is.
    var words: [Word] = []
    /// Whether words count without ASCII case.
    var foldsCase = false

    /// The name in reasons and errors.
    var name: String { places.first?.name ?? "" }

    /// Whether an event of this kind has the field.
    func belongs(to kind: UpgradeEvent.Kind) -> Bool {
        kinds.isEmpty || kinds.contains(kind)
    }

    /// The path that is written; `nil` where the field stands at none.
    var writtenPath: [JSONStep]? { places.first { $0.scope != .text }?.path }
}
