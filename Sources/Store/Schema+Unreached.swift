// What was looked up or asked for a connection in vain.

extension Schema {
    /// Names that did not resolve, and servers that took no connection.
    ///
    /// `client` asked `server`, which is the resolver where a name was looked up.
    static let unreachedTables = """
        CREATE TABLE unreached (
            id INTEGER PRIMARY KEY,
            recording_id INTEGER NOT NULL REFERENCES recording (id) ON DELETE CASCADE,
            started_at INTEGER NOT NULL,
            ended_at INTEGER NOT NULL,
            client TEXT NOT NULL,
            server TEXT NOT NULL,
            name TEXT,
            cause TEXT NOT NULL \(check(
                "cause", "refused", "unanswered", "no-such-name", "resolver-failed", "resolver-refused",
                "no-address", "resolver-silent")),
            count INTEGER NOT NULL CHECK (count > 0)
        ) STRICT;

        CREATE INDEX unreached_by_recording ON unreached (recording_id);
        CREATE INDEX unreached_by_time ON unreached (ended_at);

        ALTER TABLE recording ADD COLUMN unreached_not_kept INTEGER NOT NULL DEFAULT 0;
        """
}
