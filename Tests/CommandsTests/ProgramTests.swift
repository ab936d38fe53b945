// What a user or a script relies on: exit codes, what goes to which stream, formats, remedies.

import Foundation
import TestSupport
import Testing

private let success = Fixtures.captures.appending(path: "iot-cloud-ota-success.pcap").path
private let corrupted = Fixtures.captures.appending(path: "iot-cloud-ota-corrupted.pcap").path

@Suite(.serialized, .timeLimit(.minutes(3)))
struct ProgramTests {
    private let folder = try? ScratchFolder()

    private func store(_ captures: [String]) async throws -> String {
        let path = try #require(folder).path("\(UUID().uuidString).sqlite")
        let run = try await Program.run(["import", "--store", path] + captures)
        #expect(run.exitCode == 0, "\(run.notes)")
        return path
    }

    @Test func `answers a usage error with 2 and names the remedy`() async throws {
        let unknown = try await Program.run(["recrod"])
        #expect(unknown.exitCode == 2)
        #expect(unknown.output.isEmpty)
        #expect(unknown.notes.contains("--help"))
        let sourceless = try await Program.run(["record"])
        #expect(sourceless.exitCode == 2)
        #expect(sourceless.notes.contains("--broker"))
    }

    @Test(
        arguments: [
            (["recrod"], "'record'"), (["sesions", "--store", "x"], "'sessions'"),
            (["dialect", "shw"], "'show'"),
            (["help", "recrod"], "'record'"), (["simulate", "devce"], "'device'"),
            (["sessions", "--format", "jsn"], "'json'"), (["sessions", "--outcome", "faled"], "'failed'"),
            (["dialect", "show", "jetlink"], "'jetlinks'"),
            (["simulate", "device", "--dialect", "jetlink"], "'jetlinks'"),
        ]
    )
    func `asks whether another name was meant`(words: [String], meant: String) async throws {
        let run = try await Program.run(words)
        #expect(run.exitCode == 2 && run.output.isEmpty)
        #expect(run.notes.contains("Did you mean \(meant)?"), "\(run.notes)")
        let far = try await Program.run(["frobnicate"])
        #expect(far.exitCode == 2 && !far.notes.contains("Did you mean"))
        #expect(far.notes.contains("--help"))
    }

    @Test func `prints help to stdout with examples`() async throws {
        for words in [["--help"], ["replay", "--help"], ["help", "record"]] {
            let run = try await Program.run(words)
            #expect(run.exitCode == 0)
            #expect(run.output.contains("Examples:"))
            #expect(run.notes.isEmpty)
        }
    }

    @Test func `names the remedy when there is no store`() async throws {
        let run = try await Program.run(["sessions", "--store", "/nonexistent/store.sqlite"])
        #expect(run.exitCode == 2)
        #expect(run.output.isEmpty)
        #expect(run.notes.contains("--store"))
    }

    @Test func `takes the store from the environment and prints rows a program can read`() async throws {
        let path = try await store([success, corrupted])
        let run = try await Program.run(
            ["sessions", "--format", "json"],
            environment: ["OTATAPE_STORE": path]
        )
        let rows = try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [[String: Any]]
        #expect(rows?.count == 2)
        let piped = try await Program.run(["sessions", "--store", path, "--outcome", "failed"])
        let lines = piped.output.split(separator: "\r\n", omittingEmptySubsequences: true)
            .flatMap { $0.split(separator: "\n") }
        #expect(lines.count == 2)
        #expect(lines.first?.contains(",") == true)
        #expect(!piped.output.contains("\u{1B}"))
    }

    @Test func `masks credentials unless they are asked for`() async throws {
        let path = try await store([corrupted])
        for words in [
            ["show", "last"], ["show", "last", "--format", "json"], ["query", "session-timeline"],
        ] {
            let run = try await Program.run(words + ["--store", path])
            #expect(run.exitCode == 0, "\(run.notes)")
            #expect(!run.output.contains("DEMOKEY"), "\(words)")
        }
        let open = try await Program.run(["show", "last", "--store", path, "--show-secrets"])
        #expect(open.output.contains("DEMOKEY"))
        #expect(try await Program.run(["inspect", corrupted]).output.contains("Signature=***"))
    }

    @Test func `lists every control packet and exchange of a capture as JSON lines`() async throws {
        let run = try await Program.run(["inspect", success, "--format", "jsonl"])
        let rows = try run.output.split(separator: "\n").map { line in
            try #require(JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        }
        let kinds = Dictionary(grouping: rows) { $0["type"] as? String ?? $0["kind"] as? String ?? "" }
        // One upgrade on the device's, the platform's and the recorder's connection, and the recorder's once more, to
        // have the broker forget it.
        #expect(kinds["CONNECT"]?.count == 4)
        #expect(kinds["http"]?.first?["body_bytes"] as? Int == 131_072)
        #expect(run.notes.contains("nothing lost"))
    }

    @Test func `says by its exit code what a replay came to`() async throws {
        let path = try await store([corrupted])
        let replay = [
            "replay", "last-failed", "--speed", "20", "--lateness-tolerance", "30000", "--store", path,
        ]
        let reproduced = try await Program.run(replay + ["--format", "json"])
        #expect(reproduced.exitCode == 0)
        let verdict = try JSONSerialization.jsonObject(with: Data(reproduced.output.utf8)) as? [String: Any]
        #expect(verdict?["verdict"] as? String == "REPRODUCED")
        #expect((verdict?["evaluated"] as? Int ?? 0) > 0)
        let unexpected = try await Program.run(replay + ["--expect", "STABLE"])
        #expect(unexpected.exitCode == 1)
    }

    @Test func `answers an unreachable broker with 3`() async throws {
        let path = try #require(folder).path("none.sqlite")
        let run = try await Program.run([
            "record", "--broker", "mqtt://127.0.0.1:1", "--duration", "1", "--store", path,
        ])
        #expect(run.exitCode == 3)
        #expect(run.notes.contains("127.0.0.1:1"))
    }

    @Test func `cannot conclude anything from an upgrade whose end was not recorded, and says so by 4`()
        async throws
    {
        let cut = try #require(folder).url.appending(path: "cut.pcap")
        try Data(contentsOf: URL(filePath: success)).prefix(60_000).write(to: cut)
        let path = try await store([cut.path])
        let words = ["replay", "last", "--speed", "0", "--lateness-tolerance", "30000", "--store", path]
        let run = try await Program.run(words)
        #expect(run.exitCode == 4)
        #expect(run.output.hasPrefix("INCONCLUSIVE"))
    }

    @Test func `lets no captured or typed text move the terminal's cursor`() async throws {
        let run = try await Program.run([
            "import", "/nonexistent/\u{1B}[31m.pcap", "--store", "/nonexistent/s",
        ])
        #expect(run.exitCode == 2)
        let inspected = try await Program.run(["inspect", "/nonexistent/\u{1B}[31m.pcap"])
        #expect(inspected.exitCode == 2)
        #expect(inspected.notes.contains("\\u{1b}[31m"))
        #expect(!(run.notes + inspected.notes).contains("\u{1B}"))
    }

    @Test func `ends with a word and not with a crash when its output cannot be written`() async throws {
        let run = try await Program.run(["inspect", success], output: "/dev/full")
        #expect(run.exitCode == 2)
        #expect(run.notes.contains("cannot be written"))
    }

    @Test func `passes over a file that is no capture and imports the others`() async throws {
        let text = try #require(folder).url.appending(path: "text.pcap")
        try Data("not a capture".utf8).write(to: text)
        let path = try #require(folder).path("mixed.sqlite")
        let run = try await Program.run(["import", text.path, success, "--store", path])
        #expect(run.exitCode == 2)
        #expect(run.notes.contains("passed over"))
        let sessions = try await Program.run(["sessions", "--store", path, "--format", "jsonl"])
        #expect(sessions.output.split(separator: "\n").count == 1)
        let again = try await Program.run(["reindex", "--store", path])
        #expect(again.output.hasSuffix("messages and downloads: nothing changed\n"))
        let details = try await Program.run(["reindex", "--store", path, "--format", "json"])
        #expect(details.output.contains(#""sessions_changed":0"#))
    }
}
