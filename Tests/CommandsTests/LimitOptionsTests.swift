// Limits on the command line: read with their units, refused with a remedy, documented once, and told when they cut.

import Foundation
import TestSupport
import Testing

private let success = Fixtures.captures.appending(path: "iot-cloud-ota-success.pcap").path

@Suite(.serialized, .timeLimit(.minutes(2)))
struct LimitOptionsTests {
    @Test(arguments: [
        ["--max-flows", "0"], ["--max-reassembly", "64XB"], ["--max-reassembly", "1KB"], ["--max-idle", "5"],
        ["--max-hole-time", "0ms"], ["--max-packet-size", "16MB"], ["--max-idle", "-1h"],
        ["--max-reassembly", "99999999999999GB"], ["--max-idle", "99999999999999d"],
    ])
    func `refuses a limit that cannot be and says what can`(words: [String]) async throws {
        let run = try await Program.run(["inspect", success] + words)
        #expect(run.exitCode == 2 && run.output.isEmpty)
        #expect(run.notes.contains(words[0]), "\(run.notes)")
        #expect(run.notes.contains("such as") || run.notes.contains("give "), "\(run.notes)")
    }

    @Test func `a limit with its unit is the same as one without`() async throws {
        let plain = try await Program.run(["inspect", success])
        for words in [
            ["--max-reassembly", "33554432"], ["--max-reassembly", "32mb"], ["--max-reassembly", "32MiB"],
            ["--max-idle", "90000ms"], ["--max-idle", "2d"], ["--max-packet-size", "64kb"],
        ] {
            let run = try await Program.run(["inspect", success] + words)
            #expect(run.exitCode == 0 && run.output == plain.output, "\(words): \(run.notes)")
        }
    }

    @Test func `says on every way out what a limit cut, and keeps it`() async throws {
        let cut = ["--max-flows", "1", "--max-idle", "1h"]
        let told = "connections given up to stay within bounds"
        let listed = try await Program.run(["inspect", success] + cut)
        #expect(listed.notes.contains(told), "\(listed.notes)")
        let folder = try ScratchFolder()
        let store = folder.path("limits.sqlite")
        let imported = try await Program.run(["import", success, "--store", store] + cut)
        #expect(imported.output.contains(told), "\(imported.output)")
        let kept = try await Program.run([
            "query", "recording-losses", "--store", store, "--format", "json",
        ])
        let rows = try JSONSerialization.jsonObject(with: Data(kept.output.utf8)) as? [[String: Any]]
        #expect((rows?.first?["evicted_flows"] as? Int ?? 0) > 0)
        #expect(rows?.first?["is_lossless"] as? Int == 0)
        let again = try await Program.run(["reindex", "--store", store, "--max-devices", "1"])
        #expect(again.exitCode == 0, "\(again.notes)")
    }

    @Test func `the README says every limit with the default that --help says`() async throws {
        let readme = try String(contentsOf: Fixtures.root.appending(path: "README.md"), encoding: .utf8)
        let help = try await Program.run(["import", "--help"]).output
        let limits = help.split(separator: "\n  --max-").dropFirst()
        #expect(limits.count == 17)
        for limit in limits {
            let name = "--max-" + limit.prefix { $0 != " " }
            let text = limit.split(whereSeparator: \.isWhitespace).joined(separator: " ")
            let value = try #require(text.firstMatch(of: /\(default: ([^)]+)\)/)?.1)
            #expect(
                readme.contains("| `\(name)` | \(value) |"),
                "README lacks \(name) with its default \(value)"
            )
        }
    }
}
