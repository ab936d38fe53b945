// Where one message of a device went.

extension Partition {
    /// Where a message went; small, since there is one for every message that is held.
    struct Placement: Hashable, Sendable {
        private var draftNumber: Int32
        private var originalNumber: Int32

        init(draft: Int? = nil, duplicateOf original: Int? = nil) {
            draftNumber = Int32(draft ?? -1)
            originalNumber = Int32(original ?? -1)
        }

        /// The session's place in `drafts`.
        var draft: Int? { draftNumber < 0 ? nil : Int(draftNumber) }
        /// The message this is a redelivery of, by its handle.
        var duplicateOf: Int? { originalNumber < 0 ? nil : Int(originalNumber) }
    }
}
