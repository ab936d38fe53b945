// What a look into a store's file finds, whatever state the file is in.

import GRDB
public import Traffic

/// Looks at a store and changes nothing: what is damaged is a finding, never an error.
public struct StoreExamination: Sendable {
    /// What to look at, and what is known beside the file.
    public struct Request: Sendable {
        /// The store's file.
        public var path: String
        /// Whether a living process records into it.
        public var isRecording: Bool
        /// Whether every page, row and reference is read, indexes included; otherwise every page only.
        public var isThorough: Bool
        /// The current time.
        public var now: Timestamp

        /// A request.
        public init(path: String, isRecording: Bool, isThorough: Bool, now: Timestamp) {
            self.path = path
            self.isRecording = isRecording
            self.isThorough = isThorough
            self.now = now
        }
    }

    /// What was found, in the order of looking.
    public private(set) var checks: [HealthCheck] = []
    /// The recordings; `nil` where they cannot be read.
    public private(set) var recordings: [ExaminedRecording]?
    /// Whether the file can be written to without making matters worse.
    public var isSound: Bool { !checks.contains { $0.grade == .error && $0.name != "references" } }
    private let request: Request

    /// Looks at the file.
    public init(_ request: Request) {
        self.request = request
        do {
            var configuration = Configuration()
            configuration.busyMode = .timeout(10)
            _ = try StoreFile.withReader(of: request.path, .readOnly, configuration) { db in
                try requireReadable(db)
                run(in: db)
            }
        } catch {
            // What is damaged has been told; ending the read fails on it once more.
            if isSound { checks.append(unreadable("file", error)) }
        }
    }

    /// Fails where SQLite may not make the files that it reads a WAL store with: it can be read otherwise then.
    private func requireReadable(_ db: Database) throws {
        do { _ = try Int.fetchOne(db, sql: "PRAGMA schema_version") } catch let error as DatabaseError {
            // What is damaged is for the checks to find.
            if StoreFile.isLackingCompanions(error) { throw error }
        }
    }

    private mutating func run(in db: Database) {
        guard look("file", in: db, Self.ownership), !isEmpty else { return }
        guard look("schema", in: db, Self.schema) else { return }
        let isThorough = request.isThorough
        let isWhole = look("integrity", in: db) { db in try Self.integrity(db, isThorough: isThorough) }
        if isThorough { look("references", in: db, Self.references) }
        readRecordings(in: db)
        let isRecording = request.isRecording
        if isCurrent { look("sessions", in: db) { db in try Self.sessions(db, isRecording: isRecording) } }
        let now = request.now
        if isWhole { look("clock", in: db) { db in try Self.clock(db, now: now, isThorough: isThorough) } }
    }

    /// Whether the schema is this version's.
    private var isCurrent: Bool { !checks.contains { $0.name == "schema" && $0.grade != .ok } }

    /// Whether nothing was ever written to the file.
    private var isEmpty: Bool { checks.first?.grade == .warning }

    /// Runs one check; whether what comes after it can be looked at.
    @discardableResult
    private mutating func look(
        _ name: String,
        in db: Database,
        _ check: (Database) throws -> HealthCheck
    ) -> Bool {
        do {
            let found = try check(db)
            checks.append(found)
            return found.grade != .error
        } catch {
            checks.append(unreadable(name, error))
            return false
        }
    }

    private func unreadable(_ name: String, _ error: any Error) -> HealthCheck {
        let words = StoreError(error, during: "cannot be read").message.split(separator: "; ", maxSplits: 1)
        return HealthCheck(name, .error, String(words[0]), remedy: words.count > 1 ? String(words[1]) : "")
    }

    // MARK: - Checks

    private static func ownership(_ db: Database) throws -> HealthCheck {
        let tables = try Int.fetchOne(db, sql: Statements.tableCount) ?? 0
        if tables == 0 {
            return HealthCheck(
                "file",
                .warning,
                "holds nothing yet",
                remedy: "`otatape record` or `otatape import`"
            )
        }
        let owner = try Int64.fetchOne(db, sql: "PRAGMA application_id")
        guard owner == Schema.applicationID else {
            return HealthCheck(
                "file",
                .error,
                "a database of another program",
                remedy: "name another file with --store"
            )
        }
        let pages = try Int64.fetchOne(db, sql: "PRAGMA page_count") ?? 0
        let free = try Int64.fetchOne(db, sql: "PRAGMA freelist_count") ?? 0
        let size = try Int64.fetchOne(db, sql: "PRAGMA page_size") ?? 0
        return HealthCheck("file", .ok, "\(pages * size) bytes, \(free * size) of them free for reuse")
    }

    private static func schema(_ db: Database) throws -> HealthCheck {
        if try Schema.migrator.hasBeenSuperseded(db) {
            return HealthCheck(
                "schema",
                .error,
                "written by a newer otatape",
                remedy: "use that version or a newer one"
            )
        }
        if let missing = try SchemaParts.missing(in: db).first {
            return HealthCheck(
                "schema",
                .error,
                StoreFile.unreleased(missing),
                remedy: StoreFile.unreleasedRemedy
            )
        }
        guard try Schema.migrator.hasCompletedMigrations(db) else {
            return HealthCheck(
                "schema",
                .warning,
                "written by an older otatape",
                remedy: "--repair, `otatape record` and `otatape reindex` bring it up to date"
            )
        }
        let version = try Schema.migrator.completedMigrations(db).last ?? "none"
        return HealthCheck("schema", .ok, "current (\(version))")
    }

    /// Has SQLite look at the file. https://www.sqlite.org/pragma.html#pragma_integrity_check
    private static func integrity(_ db: Database, isThorough: Bool) throws -> HealthCheck {
        let limit = 20
        let pragma = isThorough ? "integrity_check" : "quick_check"
        let lines = try String.fetchAll(db, sql: "PRAGMA \(pragma)(\(limit))")
        guard lines != ["ok"] else {
            return HealthCheck("integrity", .ok, isThorough ? "every page and index" : "every page")
        }
        let count = lines.count < limit ? "\(lines.count)" : "\(limit) or more"
        return HealthCheck(
            "integrity",
            .error,
            "\(count) faults, the first: \(lines.first ?? "not named")",
            remedy: "save what can be read with `sqlite3 DAMAGED .recover | sqlite3 NEW`, use NEW"
        )
    }

    private static func references(_ db: Database) throws -> HealthCheck {
        let rows = try Row.fetchAll(db, sql: Statements.danglingReferences)
        guard !rows.isEmpty else { return HealthCheck("references", .ok, "every row's owner is there") }
        let parts = rows.map { row in
            let values = (0..<3).map { index in
                let value = row[index] as DatabaseValue
                return String.fromDatabaseValue(value) ?? value.description
            }
            return "\(values[2]) of \(values[0]) without their \(values[1])"
        }
        return HealthCheck(
            "references",
            .error,
            parts.joined(separator: ", "),
            remedy: "`otatape reindex` derives sessions and their links again"
        )
    }

    private mutating func readRecordings(in db: Database) {
        let isRecording = request.isRecording
        var found: [ExaminedRecording]?
        look("recordings", in: db) { db in
            let recordings = try Row.fetchAll(db, sql: Statements.examinedRecordings)
                .compactMap(ExaminedRecording.init(row:))
            found = recordings
            let running = recordings.count { $0.state == "running" }
            let interrupted = recordings.count { $0.state == "interrupted" }
            let text = "\(recordings.count) in all, \(running) running, \(interrupted) were interrupted"
            guard running > 0, !isRecording else { return HealthCheck("recordings", .ok, text) }
            return HealthCheck(
                "recordings",
                .warning,
                text + "; nobody records",
                remedy: "--repair and the next `otatape record` end those that a killed recorder left"
            )
        }
        recordings = found
    }

    private static func sessions(_ db: Database, isRecording: Bool) throws -> HealthCheck {
        let due = try Int64.fetchAll(db, sql: Statements.recordingsDue, arguments: [isRecording])
        guard !due.isEmpty else { return HealthCheck("sessions", .ok, "derived from all evidence") }
        return HealthCheck(
            "sessions",
            .warning,
            "\(due.count) recordings whose sessions are not derived yet",
            remedy: "--repair and `otatape reindex` derive them"
        )
    }

    private static func clock(_ db: Database, now: Timestamp, isThorough: Bool) throws -> HealthCheck {
        let tomorrow = now.advanced(by: .seconds(86_400)).nanoseconds
        let misdated = try Int.fetchOne(db, sql: Statements.misdatedRecordings, arguments: [tomorrow]) ?? 0
        let misplaced = isThorough ? try Int.fetchOne(db, sql: Statements.misplacedMessages) ?? 0 : 0
        let steps = isThorough ? try Int.fetchOne(db, sql: Statements.clockSteps) ?? 0 : 0
        let year2024 = Timestamp(seconds: 1_704_067_200)
        let parts = [
            now < year2024 ? "this machine's clock says \(now.text(decimals: 0))" : nil,
            misdated > 0 ? "\(misdated) recordings before 2024, in the future or of negative length" : nil,
            misplaced > 0 ? "\(misplaced) messages from outside their recording's time" : nil,
            steps > 0 ? "the clock went back \(steps) times" : nil,
        ].compactMap(\.self)
        guard !parts.isEmpty else { return HealthCheck("clock", .ok, "times are in order") }
        return HealthCheck(
            "clock",
            .warning,
            parts.joined(separator: "; "),
            remedy: "set the clock (NTP) before recording; times across such steps cannot be compared"
        )
    }
}
