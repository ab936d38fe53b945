// Listing findings, those about the fleet included.

import GRDB
import Sessions
import Traffic

extension UpgradeStore {
    /// The newest findings that pass the filter, the newest first, and whether there are more.
    public func anomalies(
        matching filter: AnomalyFilter = AnomalyFilter()
    ) throws(StoreError) -> (found: [FoundAnomaly], isCut: Bool) {
        let sql =
            "SELECT * FROM (\(Statements.foundAnomalies)) \(Self.condition) ORDER BY found_at DESC, id DESC LIMIT ?"
        let stored: [FoundAnomaly] = try read("Cannot list findings") { db in
            let arguments = Self.arguments(filter) + [(filter.limit + 1).databaseValue]
            let rows = try Row.fetchCursor(db, sql: sql, arguments: StatementArguments(arguments))
            var found: [FoundAnomaly] = []
            while let row = try rows.next() { found.append(try FoundAnomaly(row: row)) }
            return found
        }
        let all = (try fleetFindings(filter) + stored).enumerated().sorted { left, right in
            (right.element.anomaly.at, left.offset) < (left.element.anomaly.at, right.offset)
        }
        return (all.prefix(filter.limit).map(\.element), all.count > filter.limit)
    }

    /// Findings counted by what they have in common, the most frequent first, each with its newest as example.
    public func anomalies(
        matching filter: AnomalyFilter,
        by grouping: AnomalyFilter.Grouping
    ) throws(StoreError) -> QueryResult {
        var groups: [String: AnomalyGroup] = [:]
        let sql = "SELECT * FROM (\(Statements.foundAnomalies)) \(Self.condition) ORDER BY found_at, id"
        groups = try read("Cannot count findings") { db in
            var groups: [String: AnomalyGroup] = [:]
            let arguments = StatementArguments(Self.arguments(filter))
            let rows = try Row.fetchCursor(db, sql: sql, arguments: arguments)
            while let row = try rows.next() {
                let found = try FoundAnomaly(row: row)
                groups[found.group(by: grouping), default: AnomalyGroup()].add(found)
            }
            return groups
        }
        for found in try fleetFindings(filter).reversed() {
            groups[found.group(by: grouping), default: AnomalyGroup()].add(found)
        }
        let sorted = groups.sorted { ($1.value.count, $0.key) < ($0.value.count, $1.key) }
        return QueryResult(
            columns: [grouping.rawValue] + AnomalyGroup.columns,
            rows: sorted.prefix(filter.limit).map { [.text($0.key)] + $0.value.values },
            isCut: sorted.count > filter.limit
        )
    }

    private static let condition = """
        WHERE (?1 IS NULL OR code = ?1)
            AND severity IN (SELECT value FROM json_each(?2))
            AND (?3 IS NULL OR session_id = ?3)
            AND (?4 IS NULL OR device_id = ?4)
        """

    private static func arguments(_ filter: AnomalyFilter) -> [DatabaseValue] {
        let severities = "[" + filter.severities.map { "\"\($0)\"" }.joined(separator: ",") + "]"
        return [
            filter.code?.rawValue.databaseValue ?? .null, severities.databaseValue,
            filter.sessionID?.databaseValue ?? .null, filter.deviceID?.databaseValue ?? .null,
        ]
    }
}

extension Statements {
    /// Findings with what they are about.
    static let foundAnomalies = """
        SELECT
            anomaly.*, session.dialect AS dialect, session.device_id AS device_id,
            coalesce(session.to_version, session.firmware_id) AS firmware
        FROM anomaly
        LEFT JOIN session ON session.id = anomaly.session_id
        """
}

private extension FoundAnomaly {
    init(row: Row) throws {
        let session: Int64? = row["session_id"]
        self.init(
            try Anomaly(row: row),
            sessionIDs: session.map { [$0] } ?? [],
            recordingID: row["recording_id"],
            dialect: row["dialect"],
            deviceID: row["device_id"],
            firmware: row["firmware"]
        )
    }
}
