// Bare SQLite gets the rows that the store has, whatever its tables are.

import TestSupport
import Testing

@testable import Benchmarks

private let schema = """
    CREATE TABLE kind (id INTEGER PRIMARY KEY AUTOINCREMENT, "odd ""name" TEXT NOT NULL UNIQUE) STRICT;
    CREATE TABLE fact (
        id INTEGER PRIMARY KEY, kind_id INTEGER NOT NULL REFERENCES kind (id), number REAL, bytes BLOB, note TEXT,
        twice INTEGER GENERATED ALWAYS AS (id * 2) VIRTUAL
    ) STRICT;
    CREATE INDEX fact_by_note ON fact (note);
    CREATE TABLE pair (a INTEGER NOT NULL, b TEXT NOT NULL, PRIMARY KEY (a, b)) STRICT, WITHOUT ROWID;
    CREATE VIEW facts AS SELECT * FROM fact;
    CREATE TRIGGER doubling AFTER INSERT ON pair BEGIN
        INSERT INTO kind ("odd ""name") VALUES ('made by a trigger ' || NEW.a);
    END;
    """

@Test(arguments: BareStore.Indexing.allCases)
func `inserts every row of every table with every type of value`(indexing: BareStore.Indexing) throws {
    let folder = try ScratchFolder()
    let paths = [folder.path("from.sqlite"), folder.path("to.sqlite")]
    let store = try SQLiteFile(path: paths[0], isReadOnly: false)
    try store.execute(schema)
    try store.execute("INSERT INTO kind VALUES (7, 'a')")
    try store.execute(
        "INSERT INTO fact VALUES (-3, 7, 0.1, x'00FF00', 'ü'), (9, 7, NULL, x'', ''), (10, 7, 3, NULL, NULL)"
    )
    try store.execute("INSERT INTO pair VALUES (1, 'x'), (2, 'y')")

    let insertion = try BareStore(path: paths[0]).insert(into: paths[1], indexing)
    #expect(insertion.rows == 3 + 3 + 2)
    #expect(insertion.cost.wall > 0)

    let copy = try SQLiteFile(path: paths[1], isReadOnly: true)
    for sql in [
        "SELECT * FROM kind ORDER BY 1",
        "SELECT id, kind_id, typeof(number), number, typeof(bytes), hex(bytes), typeof(note), note, twice FROM fact",
        "SELECT * FROM pair",
        "SELECT name, sql FROM sqlite_schema WHERE type IN ('table', 'index') ORDER BY name",
    ] {
        #expect(try copy.texts(sql) == store.texts(sql))
    }
    #expect(try copy.texts("SELECT name FROM sqlite_schema WHERE type IN ('view', 'trigger')").isEmpty)
    #expect(try copy.texts("PRAGMA journal_mode") == [["wal"]])
}

@Test func `says which store it cannot open`() {
    let error = #expect(throws: ToolError.self) { _ = try BareStore(path: "/nowhere/at-all.sqlite") }
    #expect(error?.description.contains("/nowhere/at-all.sqlite") == true)
}
