// What counts as old, where clocks may have been wrong.

import GRDB
import Traffic

/// The bounds of one pruning.
///
/// A time later than tomorrow cannot be, nor can one of a recorder before 2024 where the clock has come further: a
/// gateway without a battery begins in 1970. Such evidence is as old as what was written after it; what nothing was
/// written after is young.
struct PruneBounds {
    /// Before it no recorder of ours ran.
    static let firstYear = Timestamp(seconds: 1_704_067_200)

    /// Evidence from before this time goes.
    let before: Int64
    /// What is earlier cannot be, in a recorder's words.
    let floor: Int64
    /// What is later cannot be.
    let ceiling: Int64
    /// The last message that goes whatever its time says.
    let spared: Int64
    /// The last message that is old by a time that can be: what cannot be and was written before it goes.
    private(set) var written: Int64 = 0
    /// The recording of that message.
    private(set) var recording: Int64 = 0

    /// Bounds at `now`; what was written after the message `spared` stays.
    init(before cutoff: Timestamp, now: Timestamp, sparing spared: Int64) {
        before = cutoff.nanoseconds
        floor = now < Self.firstYear ? .min : Self.firstYear.nanoseconds
        ceiling = Self.ceiling(at: now)
        self.spared = spared
    }

    /// What is later cannot be at `now`.
    static func ceiling(at now: Timestamp) -> Int64 { now.advanced(by: .seconds(86_400)).nanoseconds }

    /// Looks for the last old message, as if all were in order: where they are not, what cannot be stays longer.
    mutating func findWritten(in db: Database) throws {
        guard let row = try Row.fetchOne(db, sql: Statements.messageRange),
            var low = row[0] as Int64?, var high = row[1] as Int64?
        else { return }
        let statement = try db.cachedStatement(sql: Statements.datedMessage)
        while low <= high {
            let middle = low + (high - low) / 2
            let values: StatementArguments = [
                "id": middle, "before": before, "floor": floor, "ceiling": ceiling,
            ]
            let dated = try Row.fetchOne(statement, arguments: values)
            if let dated, (dated[2] as Int64) == 1 {
                (written, recording) = (dated[0], dated[1])
                low = max(middle, written) + 1
            } else {
                high = middle - 1
            }
        }
    }

    /// The bounds as a statement's values, and others beside them.
    func values(_ others: [String: Int64] = [:]) -> StatementArguments {
        let own = [
            "before": before, "floor": floor, "ceiling": ceiling, "spared": spared, "written": written,
            "recording": recording,
        ]
        return StatementArguments(own.merging(others) { $1 })
    }
}
