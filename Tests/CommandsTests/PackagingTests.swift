// What is packaged: the unit that systemd starts, and the scripts.

import Foundation
import TestSupport
import Testing

private let packaging = Fixtures.root.appending(path: "Sources/Packaging")
private let systemdAnalyze = "/usr/bin/systemd-analyze"

struct PackagingTests {
    /// What `systemd-analyze` says of our unit, with the program where this machine has one.
    private func analyze(_ words: [String], as name: String) async throws -> (text: String, exitCode: Int32) {
        let folder = try ScratchFolder()
        let unit = folder.url.appending(path: name)
        let text = try String(contentsOf: packaging.appending(path: "otatape.service"), encoding: .utf8)
            .split(separator: "\n", omittingEmptySubsequences: false)
            .map { line in
                switch line {
                case _ where line.hasPrefix("ExecStart=/usr/bin/otatape"):
                    line.replacingOccurrences(of: "/usr/bin/otatape", with: "/bin/true")
                case _ where line.hasPrefix("EnvironmentFile="):
                    line.replacingOccurrences(of: "=", with: "=-")
                default: String(line)
                }
            }.joined(separator: "\n")
        try Data(text.utf8).write(to: unit)
        let notes = folder.url.appending(path: "notes")
        try Data().write(to: notes)
        let exitCode = try await ChildProcess.run(
            URL(filePath: systemdAnalyze),
            words + [unit.path],
            output: notes,
            notes: notes
        )
        return (try String(contentsOf: notes, encoding: .utf8), exitCode)
    }

    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: systemdAnalyze), "no systemd here"))
    func `the unit is one that systemd takes without a word`() async throws {
        let run = try await analyze(["verify", "--man=no"], as: "otatape.service")
        #expect(run.exitCode == 0)
        let complaints = run.text.split(separator: "\n").filter { $0.contains("otatape.service") }
        #expect(complaints.isEmpty, "\(complaints)")
    }

    @Test func `the unit starts the program as the program wants to be started`() async throws {
        let unit = try String(contentsOf: packaging.appending(path: "otatape.service"), encoding: .utf8)
        let settings = try String(contentsOf: packaging.appending(path: "otatape.default"), encoding: .utf8)
        let line = try #require(settings.split(separator: "\n").first { $0.hasPrefix("OTATAPE_RECORD=") })
        let words = line.dropFirst("OTATAPE_RECORD=".count).trimming("\"").split(separator: " ").map(
            String.init
        )
        #expect(unit.contains("ExecStart=/usr/bin/otatape record $OTATAPE_RECORD\n"))
        #expect(unit.contains("Type=notify\n") && unit.contains("AmbientCapabilities=CAP_NET_RAW\n"))
        // After a start of the machine the broker may come last.
        #expect(words.contains("--wait-for-broker"))
        // A service is restarted now and then, and must not miss what is published meanwhile.
        #expect(words.contains("--keep-session"))
        // Nothing to record within so short a time, or no broker: but never a usage error.
        let folder = try ScratchFolder()
        let run = try await Program.run(
            ["record"] + words.map { $0.replacingOccurrences(of: ":1883", with: ":1") }
                + ["--duration", "0.1", "--store", folder.path("a.sqlite")]
        )
        #expect(run.exitCode == 3 && run.notes.contains("Trying again"), "\(run.notes)")
    }

    @Test(arguments: [
        ("sh", "deb.sh"), ("sh", "deb-test.sh"), ("bash", "systemd-test.sh"), ("bash", "hardship.sh"),
        ("bash", "crash-loop.sh"),
    ])
    func `the scripts are ones that a shell can read`(shell: String, name: String) async throws {
        let script = packaging.appending(path: name).path
        #expect(FileManager.default.isExecutableFile(atPath: script))
        #expect(try await ChildProcess.named(shell, ["-n", script]) == 0)
    }
}

private extension Substring {
    func trimming(_ character: Character) -> Substring {
        drop { $0 == character }.prefix { $0 != character }
    }
}
