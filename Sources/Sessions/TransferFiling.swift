// Where one download went.

/// Which sessions a download served.
public struct TransferFiling: Hashable, Sendable {
    /// The session whose download this is; `nil` while none is known.
    public var owner: Session.Key?
    /// Further sessions it served through the same gateway.
    public var further: [Session.Key]
    /// The download of which this is one more sighting, by another recording.
    public var copyOf: Int64?

    /// Files a download.
    public init(owner: Session.Key? = nil, further: [Session.Key] = [], copyOf: Int64? = nil) {
        self.owner = owner
        self.further = further
        self.copyOf = copyOf
    }
}

/// A download's id in the store with its filing.
public struct FiledTransfer: Hashable, Sendable {
    /// The store's id.
    public var id: Int64
    /// Where it belongs.
    public var filing: TransferFiling

    /// Joins an id and a filing.
    public init(id: Int64, filing: TransferFiling) {
        self.id = id
        self.filing = filing
    }
}

/// One download of a session.
public struct TransferLink: Hashable, Sendable {
    /// The store's id.
    public var id: Int64
    /// The download of which this is one more sighting, by another recording.
    public var copyOf: Int64?

    /// Links a download.
    public init(id: Int64, copyOf: Int64? = nil) {
        self.id = id
        self.copyOf = copyOf
    }
}
