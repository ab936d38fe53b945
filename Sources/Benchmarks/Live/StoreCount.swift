// Counts the messages of a store that grows.

/// The messages of a store, as its recording's row says, which is committed together with them.
///
/// The connection stays open: to read the schema anew for each look would cost the programs that are measured a quarter
/// of a core.
final class StoreCount {
    private let path: String
    private var store: SQLiteFile?

    init(path: String) {
        self.path = path
    }

    /// Messages committed so far.
    /// - Throws: what SQLite says, also when there is no store yet.
    func count() throws -> Int {
        if store == nil { store = try SQLiteFile(path: path, isReadOnly: true) }
        let kept = try store?.texts("SELECT messages_kept FROM recording") ?? []
        return kept.compactMap { Int($0[0]) }.reduce(0, +)
    }
}
