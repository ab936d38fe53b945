// Listing findings, those about the fleet included.

import GRDB
import Sessions
import Traffic

extension UpgradeStore {
    /// The newest findings that pass the filter, the newest first, and whether there are more.
    public func anomalies(
        matching filter: AnomalyFilter = AnomalyFilter()
    ) throws(StoreError) -> (found: [FoundAnomaly], isCut: Bool) {
        let (sql, values) = Self.listing(of: filter)
        let stored: [FoundAnomaly] = try read("Cannot list findings") { db in
            let arguments = values + [(filter.limit + 1).databaseValue]
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
        let (condition, values) = Self.conditions(filter)
        let sql = "\(Statements.foundAnomalies) \(condition) ORDER BY found_at, anomaly.id"
        groups = try read("Cannot count findings") { db in
            var groups: [String: AnomalyGroup] = [:]
            let rows = try Row.fetchCursor(db, sql: sql, arguments: StatementArguments(values))
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

    /// The statement that lists what passes, and its values but for the limit.
    static func listing(of filter: AnomalyFilter) -> (sql: String, values: [DatabaseValue]) {
        let (condition, values) = conditions(filter)
        let order = "ORDER BY found_at DESC, anomaly.id DESC LIMIT ?"
        return ("\(Statements.foundAnomalies) \(condition) \(order)", values)
    }

    /// Only the conditions that were given, so that each finds its index.
    private static func conditions(_ filter: AnomalyFilter) -> (clause: String, values: [DatabaseValue]) {
        let severities = "[" + filter.severities.map { "\"\($0)\"" }.joined(separator: ",") + "]"
        let all: [(clause: String, value: DatabaseValue?)] = [
            ("anomaly.code = ?", filter.code?.rawValue.databaseValue),
            ("anomaly.session_id = ?", filter.sessionID?.databaseValue),
            ("session.device_id = ?", filter.deviceID?.databaseValue),
            // The unary plus keeps what nearly every finding fulfils from being looked up.
            ("+anomaly.severity IN (SELECT value FROM json_each(?))", severities.databaseValue),
        ]
        let stated = all.filter { $0.value != nil }
        return ("WHERE " + stated.map(\.clause).joined(separator: " AND "), stated.compactMap(\.value))
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
