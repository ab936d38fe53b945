// Leaving a recorder in the field: doctor, prune and status as a user and a supervisor run them.

import Foundation
import TestSupport
import Testing

@Suite(.serialized, .timeLimit(.minutes(2)))
struct OperationProgramTests {
    private let folder: ScratchFolder
    private let store: String

    init() async throws {
        folder = try ScratchFolder()
        store = folder.path("field.sqlite")
        let captures = ["iot-cloud-ota-success", "jetlinks-missing"].map {
            Fixtures.captures.appending(path: "\($0).pcap").path
        }
        let run = try await Program.run(["import", "--store", store] + captures)
        #expect(run.exitCode == 0, "\(run.notes)")
    }

    private func checks(_ words: [String]) async throws -> (rows: [[String: String]], exitCode: Int32) {
        let run = try await Program.run(["doctor", "--format", "json", "--store", store] + words)
        let rows = try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [[String: String]]
        return (rows ?? [], run.exitCode)
    }

    @Test func `doctor answers 0 for a store in order, 1 for a damaged one, 2 for none`() async throws {
        let (rows, exitCode) = try await checks([])
        #expect(exitCode == 0)
        #expect(rows.contains { $0["check"] == "integrity" && $0["result"] == "ok" })
        let file = try FileHandle(forUpdating: URL(filePath: store))
        let size = try file.seekToEnd()
        try file.seek(toOffset: 16_384)
        try file.write(contentsOf: Data(repeating: 0x5A, count: Int(size) - 32_768))
        try file.close()
        for words in [[], ["--quick"], ["--repair"]] {
            let (rows, exitCode) = try await checks(words)
            #expect(exitCode == 1, "\(words)")
            #expect(rows.contains { $0["result"] == "error" && $0["remedy"]?.contains(".recover") == true })
        }
        let none = try await Program.run(["doctor", "--store", folder.path("none.sqlite")])
        #expect(none.exitCode == 2 && none.notes.contains("--store"))
    }

    @Test func `prune deletes messages, and show and recording-losses say so`() async throws {
        let run = try await Program.run(["prune", "--retain", "1KB", "--compact", "--store", store])
        #expect(run.exitCode == 0 && run.output.contains("deleted "), "\(run.notes)")
        #expect(run.notes.contains("still larger"))
        let losses = try await Program.run([
            "query", "recording-losses", "--format", "json", "--store", store,
        ])
        let rows = try JSONSerialization.jsonObject(with: Data(losses.output.utf8)) as? [[String: Any]]
        #expect((rows?.first?["messages_pruned"] as? Int ?? 0) > 0)
        let show = try await Program.run(["show", "1", "--store", store])
        #expect(show.exitCode == 0 && show.output.contains("\npruned "), "\(show.output)")
        let reindex = try await Program.run(["reindex", "--store", store])
        #expect(reindex.output.contains("1 session without their messages left as they are"))
        for limit in ["0d", "30", "x", "0GB"] {
            #expect(try await Program.run(["prune", "--retain", limit, "--store", store]).exitCode == 2)
        }
    }

    @Test func `status answers 1 where nobody records`() async throws {
        let run = try await Program.run(["record", "--status", "--store", store])
        #expect(run.exitCode == 1 && run.notes.contains("no process records"))
        let wrong = try await Program.run(["record", "--broker", "mqtt://h", "--format", "prometheus"])
        #expect(wrong.exitCode == 2 && wrong.notes.contains("--status"))
    }

    @Test(.enabled(if: geteuid() == 0, "sniffing needs rights"))
    func `progress for machines is one JSON object a line, and the status file goes with the recorder`()
        async throws
    {
        let run = try await Program.run(
            ["record", "-i", "lo", "--port", "1", "--duration", "1.5", "--format", "jsonl", "--store", store]
        )
        #expect(run.exitCode == 0, "\(run.notes)")
        let lines = run.output.split(separator: "\n")
        #expect(lines.count >= 2)
        for line in lines {
            let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            #expect(object?["pid"] is Int && object?["figures"] is [String: Any])
        }
        #expect(!FileManager.default.fileExists(atPath: store + ".status"))
    }

    @Test(.enabled(if: geteuid() == 0, "sniffing needs rights"))
    func `a recording goes on when its output can no longer be written`() async throws {
        let run = try await Program.run(
            [
                "record", "-i", "lo", "--port", "1", "--duration", "2.5", "--format", "jsonl", "--store",
                store,
            ],
            output: "/dev/full"
        )
        #expect(run.exitCode == 0)
        #expect(run.notes.components(separatedBy: "recording goes on without").count == 2, "\(run.notes)")
        #expect(!FileManager.default.fileExists(atPath: store + ".status"))
        let states = try await Program.run(
            ["query", "--sql", "SELECT state FROM recording", "--store", store, "--format", "csv"]
        )
        #expect(states.output.contains("finished"), "\(states.output)\(states.notes)")
    }

    @Test func `says in metrics, too, that no recorder is there`() async throws {
        let run = try await Program.run(["record", "--status", "--format", "prometheus", "--store", store])
        #expect(run.exitCode == 1)
        #expect(run.output.split(separator: "\n").last == "otatape_up 0")
    }
}
