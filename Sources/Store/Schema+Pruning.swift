// What says that evidence is there no more.

extension Schema {
    /// Marks on what has outlived its messages.
    ///
    /// A session with `pruned_before` has lost its evidence of before that time: what is known of it is in its row.
    static let pruningColumns = """
        ALTER TABLE session ADD COLUMN pruned_before INTEGER;
        ALTER TABLE recording ADD COLUMN messages_pruned INTEGER NOT NULL DEFAULT 0;
        """
}
