// `otatape dialect` and the dialects of other commands, as a user meets them.

import Foundation
import TestSupport
import Testing

@Suite(.serialized, .timeLimit(.minutes(3)))
struct DialectProgramTests {
    private let scratch = try? ScratchFolder()

    private static let mine = """
        dialect: mine
        title: My own devices
        subscriptions: ["mine/+/#"]
        messages:
          - {name: told, topic: "mine/{device}/told", direction: up, event: log, fields: {reason: text}}

        """

    @Test func `lists, shows and prints dialects`() async throws {
        let list = try await Program.run(["dialect", "list", "--format", "csv"])
        #expect(list.exitCode == 0, "\(list.notes)")
        #expect(list.output.hasPrefix("dialect,version,title,variants,messages,subscriptions,from\r\n"))
        #expect(list.output.contains("\r\njetlinks,"))
        let page = try await Program.run(["dialect", "show", "jetlinks"])
        #expect(page.output.contains("/{product}/{device}/firmware/upgrade\n"))
        #expect(page.output.contains("headers.timeout in ms"))
        let yaml = try await Program.run(["dialect", "show", "jetlinks", "--yaml"])
        let copy = try write("copy.yaml", yaml.output)
        #expect(try await Program.run(["dialect", "check", copy]).exitCode == 0)
        let unknown = try await Program.run(["dialect", "show", "jetlink"])
        #expect(unknown.exitCode == 2)
        #expect(unknown.notes.contains("known: "))
    }

    @Test func `reads definitions of the folder and of files, and says once what they replace`() async throws
    {
        let file = try write("mine.yaml", Self.mine)
        let given = try await Program.run(["dialect", "show", "mine", "--dialect", file])
        #expect(given.exitCode == 0, "\(given.notes)")
        #expect(given.output.contains("My own devices"))
        let folder = try #require(scratch).url.path
        let found = try await Program.run(
            ["dialect", "list", "--dialect", file, "--format", "jsonl"],
            environment: ["OTATAPE_DIALECTS": folder]
        )
        #expect(found.output.contains("\"dialect\":\"mine\""))
        #expect(found.notes == "dialect mine of \(file) replaces the one of \(folder)/mine.yaml\n")
    }

    @Test func `names file, line and remedy of what is wrong, and warns of what is only odd`() async throws {
        let right = try write("mine.yaml", Self.mine)
        let wrong = try write("wrong.yaml", Self.mine + "colour: red\n")
        let run = try await Program.run(["dialect", "check", wrong, right, "/nonexistent/x.yaml"])
        #expect(run.exitCode == 2)
        #expect(run.output == "\(right): dialect mine, 1 message, 0 samples, all right\n")
        #expect(run.notes.contains("error: \(wrong):6: unknown key `colour`; known here: "))
        #expect(run.notes.contains("error: /nonexistent/x.yaml cannot be read"))
        #expect(run.notes.contains("warning: \(right): message told has no sample"))
        let imported = try await Program.run([
            "import", "x.pcap", "--dialect", wrong, "--store", "/nonexistent/s",
        ])
        #expect(imported.exitCode == 2)
    }

    @Test func `takes no dialect's name for a file`() async throws {
        let run = try await Program.run([
            "import", "--dialect", "jetlinks", "x.pcap", "--store", "/nonexistent/s",
        ])
        #expect(run.exitCode == 2)
        #expect(run.notes.contains("--only-dialect"))
    }

    private func write(_ name: String, _ text: String) throws -> String {
        let url = try #require(scratch).url.appending(path: name)
        try Data(text.utf8).write(to: url)
        return url.path
    }
}
