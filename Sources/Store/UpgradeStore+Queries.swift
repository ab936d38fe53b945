// Running queries: those that come with the program, and any other that only reads.

import Foundation
import GRDB
import Traffic

extension UpgradeStore {
    /// The queries of the `Queries` folder, by name.
    public static let queries: [ShippedQuery] = [
        ("anomalies-by-code", PackageResources.anomalies_by_code_sql),
        ("child-divergence", PackageResources.child_divergence_sql),
        ("claimed-vs-measured", PackageResources.claimed_vs_measured_sql),
        ("device-clocks", PackageResources.device_clocks_sql),
        ("download-stats", PackageResources.download_stats_sql),
        ("failed-sessions", PackageResources.failed_sessions_sql),
        ("flapping-offers", PackageResources.flapping_offers_sql),
        ("fleet-failures", PackageResources.fleet_failures_sql),
        ("misdirected-replies", PackageResources.misdirected_replies_sql),
        ("recording-losses", PackageResources.recording_losses_sql),
        ("session-timeline", PackageResources.session_timeline_sql),
        ("slowest-downloads", PackageResources.slowest_downloads_sql),
    ].map { ShippedQuery(name: $0, sql: String(decoding: $1, as: UTF8.self)) }

    /// Runs a query that comes with the program; parameters left out are NULL.
    ///
    /// - Throws: `.query` for an unknown name or parameter, or `.database` for what SQLite reports.
    public func query(
        named name: String,
        parameters: [String: String] = [:],
        limit: Int = 100_000
    ) throws(StoreError) -> QueryResult {
        guard let query = Self.queries.first(where: { $0.name == name }) else {
            let names = Self.queries.map(\.name).joined(separator: ", ")
            throw StoreError(
                .query,
                "There is no query “\(name)”.\(Spelling.question(name, among: Self.queries.map(\.name))) There are "
                    + "\(names), or give SQL with --sql"
            )
        }
        return try self.query(sql: query.sql, parameters: parameters, limit: limit)
    }

    /// Runs one SQL statement on a connection that cannot write; parameters left out are NULL.
    ///
    /// Whole numbers among the values are bound as numbers, everything else as text. At most `limit` rows come back.
    /// - Throws: `.query` for SQL that does not compile, writes, or lacks a parameter that was given.
    public func query(
        sql: String,
        parameters: [String: String] = [:],
        limit: Int = 100_000
    ) throws(StoreError) -> QueryResult {
        let names = SQLText.parameters(in: sql)
        if let unknown = parameters.keys.sorted().first(where: { !names.contains($0) }) {
            let known = names.isEmpty ? "it has none" : "it has \(names.joined(separator: ", "))"
            throw StoreError(.query, "The query has no parameter “\(unknown)”; \(known)")
        }
        let values = names.map { ($0, parameters[$0].map(Self.value(of:)) ?? .null) }
        return try read("Cannot run the query") { db in
            let statement = try Self.compile(sql, in: db)
            let arguments = StatementArguments(Dictionary(uniqueKeysWithValues: values))
            return try Self.run(statement, arguments, limit: limit)
        }
    }

    private static func compile(_ sql: String, in db: Database) throws -> Statement {
        do {
            let statement = try db.makeStatement(sql: sql)
            guard statement.isReadonly else {
                throw StoreError(.query, "The statement would change the store; queries only read")
            }
            return statement
        } catch let error as DatabaseError {
            throw StoreError(.query, "The query cannot be run: \(error.message ?? "\(error)")", cause: error)
        }
    }

    private static func run(
        _ statement: Statement,
        _ arguments: StatementArguments,
        limit: Int
    ) throws -> QueryResult {
        var result = QueryResult(columns: statement.columnNames, rows: [])
        let cursor = try Row.fetchCursor(statement, arguments: arguments)
        while let row = try cursor.next() {
            guard result.rows.count < limit else {
                result.isCut = true
                break
            }
            result.rows.append(row.databaseValues.map(SQLValue.init))
        }
        return result
    }

    /// The value to bind for a text: a number only where that loses nothing, so that `007` stays text.
    private static func value(of text: String) -> DatabaseValue {
        guard let number = Int64(text), String(number) == text else { return text.databaseValue }
        return number.databaseValue
    }
}

extension SQLValue {
    init(_ value: DatabaseValue) {
        self =
            switch value.storage {
            case .null: .null
            case .int64(let number): .integer(number)
            case .double(let number): .real(number)
            case .string(let text): .text(text)
            case .blob(let bytes): .blob([UInt8](bytes))
            }
    }
}
