// Stored bytes read again with a definition that has changed: as if they were imported with it.

import CustomDump
import Dialects
import Foundation
import Pipeline
import Store
import TestSupport
import Testing

struct RereadingTests {
    private static let captures = ["iot-cloud-ota-missing", "jetlinks-success", "iot-cloud-ota-success"]
        .map { Fixtures.captures.appending(path: "\($0).pcap") }
    /// What a message row holds beside its bytes, with its rule by name.
    private static let readings = """
        SELECT message.id, dialect, rule.name, event, device_id, command_id, version, claimed_at, percent,
            downloaded_bytes, total_bytes, bytes_per_second, is_ok, code
        FROM message LEFT JOIN rule ON rule.id = rule_id ORDER BY message.id
        """

    /// The built-in dialects, the first of them with other words in its definition.
    private static func dialects(_ changes: [(String, String)]) throws -> DialectSet {
        let entries = try DialectCatalog.builtIn().entries
        return DialectSet(
            try entries.map { entry in
                guard entry.dialect.name == "iot-cloud-ota" else { return entry.dialect }
                let yaml = changes.reduce(entry.definition.yaml) { text, change in
                    text.replacing(change.0, with: change.1)
                }
                #expect(yaml != entry.definition.yaml)
                return try Dialect.load(yaml: yaml, origin: entry.definition.origin)
            }
        )
    }

    /// Another unit, another name, another field and another event.
    private static func changed() throws -> DialectSet {
        try dialects([
            ("speed: {path: speed_kbps, unit: KiB/s", "speed: {path: speed_kbps, unit: kbit/s"),
            ("name: download-ack", "name: download-answer"),
            ("      total_bytes: total_bytes\n", ""),
            ("{SUCCESS: true, FAILED: false", "{SUCCESS: false, FAILED: true"),
        ])
    }

    @Test func `gives the columns and sessions of an import with the changed definition`() async throws {
        let fresh = try await ImportedStore(Self.captures, dialects: try Self.changed())
        let stored = try await ImportedStore(Self.captures)
        #expect(try stored.rows(Self.readings) != fresh.rows(Self.readings))
        let report = try Rederivation.report(stored.store, dialects: Self.changed()) { _ in }
        expectNoDifference(try stored.rows(Self.readings), try fresh.rows(Self.readings))
        expectNoDifference(
            try GoldenSessions.json(of: stored.store),
            try GoldenSessions.json(of: fresh.store)
        )
        let told = report.changes
        #expect(Set(told.messageFields.keys) == ["rule", "total_bytes", "bytes_per_second", "is_ok"])
        #expect(told.messageFields["rule"] == 4, "two acknowledgements, on two legs each")
        #expect(told.changedMessages == told.messageDetails.count)
        #expect(told.changedSessions == 2)
        let again = try Rederivation.report(stored.store, dialects: Self.changed()) { _ in }
        #expect(again.changes.isEmpty, "\(again.changes)")
    }

    @Test func `leaves a message unread that no definition claims any more, and reads it when one does`()
        async throws
    {
        let stored = try await ImportedStore(Self.captures)
        let before = try stored.rows(Self.readings)
        let others = DialectSet(
            try DialectCatalog.builtIn().entries.map(\.dialect).filter { $0.name != "iot-cloud-ota" }
        )
        let taken = try Rederivation.report(stored.store, dialects: others) { _ in }
        let unread = try stored.rows(
            "SELECT count(*) FROM message WHERE rule_id IS NULL AND device_id IS NULL"
        )
        #expect(unread == [[String(taken.changes.changedMessages)]])
        #expect(taken.changes.goneSessions == 2)
        let back = try Rederivation.report(stored.store, dialects: BuiltInDialects.load()) { _ in }
        #expect(back.changes.changedMessages == taken.changes.changedMessages)
        expectNoDifference(try stored.rows(Self.readings), before)
    }

    @Test func `reads stored messages with the changed definition when another file is imported`()
        async throws
    {
        let stored = try await ImportedStore(Array(Self.captures.prefix(2)))
        let importer = CaptureImport(store: stored.store, dialects: try Self.changed())
        _ = try await importer.run(path: Self.captures[2].path) { _ in }
        let fresh = try await ImportedStore(Self.captures, dialects: try Self.changed())
        expectNoDifference(try stored.rows(Self.readings), try fresh.rows(Self.readings))
    }
}
