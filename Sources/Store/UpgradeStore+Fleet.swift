// Findings that show only when sessions of several devices, or of a longer time, are looked at together.

import Sessions
import Traffic

/// They are asked of the store whenever they are wanted, and so are right after any order of imports.
extension UpgradeStore {
    /// Findings about the fleet, within bounds; dialects.md §7, 47, 50, 52 and 54.
    func fleetFindings(_ filter: AnomalyFilter) throws(StoreError) -> [FoundAnomaly] {
        var found: [FoundAnomaly] = []
        let limit = String(filter.limit)
        for kind in FleetFinding.all where filter.code == nil || filter.code == kind.code {
            guard kind.severity >= filter.severity else { continue }
            var parameters = ["limit": filter.narrowsToOne ? "100000" : limit]
            if kind.code == .fleetCorrelation {
                parameters["devices"] = String(filter.fleetDevices)
                parameters["minutes"] = String(filter.fleetMinutes)
            }
            let result = try query(named: kind.query, parameters: parameters)
            found += result.rows.map { kind.finding(FleetRow(columns: result.columns, values: $0)) }
        }
        guard filter.narrowsToOne else { return found }
        let ids = try sessionIDs(filter)
        return found.filter { $0.sessionIDs.contains(where: ids.contains) }
    }

    /// The sessions that a filter narrows the findings to.
    private func sessionIDs(_ filter: AnomalyFilter) throws(StoreError) -> Set<Int64> {
        let sql = """
            SELECT id FROM session
            WHERE (:session IS NULL OR id = :session) AND (:device IS NULL OR device_id = CAST(:device AS TEXT))
            """
        var parameters: [String: String] = [:]
        if let id = filter.sessionID { parameters["session"] = String(id) }
        if let device = filter.deviceID { parameters["device"] = device }
        let rows = try query(sql: sql, parameters: parameters, limit: .max).rows
        return Set(rows.compactMap { if case .integer(let id)? = $0.first { id } else { nil } })
    }
}

extension AnomalyFilter {
    var narrowsToOne: Bool { sessionID != nil || deviceID != nil }
}

/// A row of a query about the fleet, by the names of its columns.
struct FleetRow {
    let columns: [String]
    let values: [SQLValue]

    func text(_ name: String) -> String? {
        switch value(name) {
        case .text(let text): text
        case .integer(let number): String(number)
        case .real(let number): Int64(exactly: number).map(String.init) ?? String(number)
        case .null, .blob, nil: nil
        }
    }

    func number(_ name: String) -> Int64 {
        if case .integer(let number)? = value(name) { number } else { 0 }
    }

    var sessionIDs: [Int64] { text("session_ids").map([Int64].init(jsonText:)) ?? [] }

    private func value(_ name: String) -> SQLValue? {
        columns.firstIndex(of: name).map { values[$0] }
    }
}
