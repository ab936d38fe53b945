// Kinds of loss that are counted since the first tables were made.

extension Schema {
    /// What sessions no longer know of, and what packet files lack.
    static let lossColumns = """
        ALTER TABLE recording ADD COLUMN unreached_let_go INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE recording ADD COLUMN unwritten_packets INTEGER NOT NULL DEFAULT 0;
        """
}
