// Real recordings with independently obtained answers: publisher's script, access log, the files devices wrote.

import Foundation
import Pipeline
import Store
import TestSupport
import Testing

private let names = ["ota-A-3", "ota-A-3-device", "ota-B-3", "ota-B-3-device"]

@Suite(.enabled(if: Fixtures.corpus != nil, "the corpus is not beside the project"))
struct GroundTruthTests {
    @Test(arguments: names)
    func `gives one session per command and device with the true outcome`(name: String) async throws {
        let truth = try GroundTruth(of: name)
        let imported = try await ImportedStore([truth.capture])
        let rows = try imported.rows("SELECT device_id, command_id, outcome FROM session ORDER BY command_id")
        let expected = truth.sessions.map { [$0.device, $0.command, $0.isOK ? "ok" : "failed"] }
        #expect(rows == expected.sorted { $0[1] < $1[1] })
    }

    @Test(arguments: names)
    func `measures as many bytes per response as the server sent`(name: String) async throws {
        let truth = try GroundTruth(of: name)
        let imported = try await ImportedStore([truth.capture])
        let rows = try imported.rows("SELECT client, body_bytes FROM transfer ORDER BY client")
        #expect(rows == truth.responses.sorted { $0[0] < $1[0] })
    }

    @Test(arguments: names)
    func `hashes a whole image as the device's own file`(name: String) async throws {
        let truth = try GroundTruth(of: name)
        let imported = try await ImportedStore([truth.capture])
        let rows = try imported.rows(
            """
            SELECT s.command_id, t.sha256 FROM session s JOIN transfer t ON t.session_id = s.id
            WHERE t.status = 200 AND t.end = 'complete' AND t.body_bytes = s.size_bytes ORDER BY 1
            """
        )
        let expected = truth.sessions.filter(\.hasWholeImage).map { [$0.command, $0.sha256] }
        #expect(rows == expected.sorted { $0[0] < $1[0] })
        #expect(!rows.isEmpty)
    }

    @Test(arguments: [["ota-A-3", "ota-A-3-device"], ["ota-B-3", "ota-B-3-device"]])
    func `joins two taps of the same upgrades whatever is imported first`(taps: [String]) async throws {
        let captures = try taps.map { try GroundTruth(of: $0).capture }
        let alone = try await ImportedStore([captures[0]])
        let together = try await ImportedStore(captures)
        let reversed = try await ImportedStore(captures.reversed())
        let facts =
            "SELECT command_id, outcome, failure_class, measured_bytes, progress_count FROM session ORDER BY 1"
        #expect(try together.rows(facts) == alone.rows(facts))
        #expect(try reversed.rows(facts) == alone.rows(facts))
        let owners = "SELECT count(*) FROM transfer WHERE copy_of IS NULL"
        #expect(try together.rows(owners) == alone.rows(owners))
    }

    @Test(arguments: names)
    func `derives the same sessions from the store as while importing`(name: String) async throws {
        let imported = try await ImportedStore([GroundTruth(of: name).capture])
        let whileImporting = try GoldenSessions.json(of: imported.store)
        try Rederivation.run(imported.store, dialects: BuiltInDialects.load())
        #expect(try GoldenSessions.json(of: imported.store) == whileImporting)
    }
}
