// A spool between two stores.

extension DeliverySpool {
    /// Empties a spool whose deliveries are all in a store: what was taken last under each packet id stays known.
    ///
    /// The spool then belongs to no recording. For who knows that nobody appends to it.
    public static func settle(folder: String) throws(SpoolError) {
        let (position, prints) = try SpoolRemains(folder: folder).end()
        _ = try SpoolWriter.begin(
            folder,
            recordingID: 0,
            after: position,
            prints: prints,
            limits: SpoolLimits()
        )
        SpoolFolder.clear(folder, keeping: [SpoolSegment.path(in: folder, first: position)])
    }
}
