// What an import that was cut off leaves to be done.

extension Schema {
    /// Marks on recordings that are being read again, and on those whose sessions are still to be derived.
    ///
    /// A recording with `replaced_by` is there until the one that takes its place is whole.
    static let importColumns = """
        ALTER TABLE recording ADD COLUMN replaced_by INTEGER REFERENCES recording (id) ON DELETE SET NULL;
        ALTER TABLE recording ADD COLUMN sessions_due INTEGER NOT NULL DEFAULT 0
            CHECK (sessions_due IN (0, 1));
        CREATE INDEX recording_by_replacement ON recording (replaced_by) WHERE replaced_by IS NOT NULL;
        """
}
