// What says that evidence is there no more.

extension Schema {
    /// Marks on what has outlived its messages.
    ///
    /// A session with `pruned_before` has lost its evidence of before that time: what is known of it is in its row.
    /// Few come to life again afterwards; the index holds those alone.
    static let pruningColumns = """
        ALTER TABLE session ADD COLUMN pruned_before INTEGER;
        ALTER TABLE recording ADD COLUMN messages_pruned INTEGER NOT NULL DEFAULT 0;
        CREATE INDEX session_by_revival ON session (first_seen_at) WHERE last_seen_at >= pruned_before;
        """
}
