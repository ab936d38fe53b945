// A payload while it is composed.

/// The object that states an event, and the one around it where elements of an array make the events.
struct PayloadDraft {
    private var inner = JSONDraft.object([])
    private var outer = JSONDraft.object([])

    /// Whether something stands at the place.
    func holds(_ place: FieldRule.Place) -> Bool {
        (place.scope == .root ? outer : inner).contains(place.path[...])
    }

    /// Puts a value at the place, unless one stands there.
    mutating func insert(_ bytes: [UInt8], at place: FieldRule.Place) {
        if place.scope == .root {
            outer.insert(.literal(bytes), at: place.path[...])
        } else {
            inner.insert(.literal(bytes), at: place.path[...])
        }
    }

    /// The payload as a whole; `each` is where the array stands whose only element the object is.
    func payload(each: FieldRule.Place?) -> JSONDraft {
        guard let each else { return inner }
        if each.path.isEmpty { return .array([inner]) }
        var payload = outer
        payload.insert(.array([inner]), at: each.path[...])
        return payload
    }
}
