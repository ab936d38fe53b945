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
        #expect(unknown.notes.contains("There are alibaba"))
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

    @Test func `reads stored messages again with another definition, and tells what changed`() async throws {
        let yaml = try await Program.run(["dialect", "show", "iot-cloud-ota", "--yaml"]).output
        let other = try write("other.yaml", yaml.replacing("name: download-ack", with: "name: answer"))
        let store = try #require(scratch).path("reread.sqlite")
        let capture = Fixtures.captures.appending(path: "iot-cloud-ota-success.pcap").path
        _ = try await Program.run(["import", capture, "--store", store])
        let reindex = ["reindex", "--store", store, "--dialect", other]
        let told = try await Program.run(reindex).output
        #expect(told.contains(": messages 2 read differently (rule 2); sessions 0 new, 0 changed, 0 gone;"))
        #expect(told.contains(": rule download-ack → answer\n"))
        let again = try await Program.run(reindex + ["--format", "json"]).output
        #expect(again.contains(#""messages":[],"messages_changed":0"#))
    }

    @Test func `takes no dialect's name for a file`() async throws {
        let run = try await Program.run([
            "import", "--dialect", "jetlinks", "x.pcap", "--store", "/nonexistent/s",
        ])
        #expect(run.exitCode == 2)
        #expect(run.notes.contains("--only-dialect"))
    }

    @Test func `prints the table of packs as README has it`() async throws {
        let run = try await Program.run(["dialect", "list", "--format", "markdown"])
        #expect(run.exitCode == 0, "\(run.notes)")
        let readme = Fixtures.captures.deletingLastPathComponent().appending(path: "README.md")
        let text = try String(contentsOf: readme, encoding: .utf8)
        #expect(text.contains("\n\n" + run.output + "\n"), "otatape dialect list --format markdown")
    }

    @Test func `prints the page of the definition language`() async throws {
        let run = try await Program.run(["dialect", "language"])
        #expect(run.exitCode == 0)
        for word in ["subscriptions", "over_topic", "samples", "invisible"] {
            #expect(run.output.contains(word), "\(word)")
        }
    }

    @Test func `reads by the variant that is asked for, and says which there are`() async throws {
        let page = try await Program.run(
            ["dialect", "show", "iot-cloud-ota-2", "--variant", "iot-cloud-ota-2=esp32"]
        )
        #expect(page.output.contains("speed_kbps in kbit/s"), "\(page.notes)")
        let unknown = try await Program.run(["dialect", "list", "--variant", "iot-cloud-ota-2=esp8266"])
        #expect(unknown.exitCode == 2)
        #expect(unknown.notes.contains("esp32"))
        #expect(try await Program.run(["dialect", "list", "--variant", "esp32"]).exitCode == 2)
    }

    @Test func `tells where messages have left a definition`() async throws {
        let store = try #require(scratch).path("drift.sqlite")
        let capture = Fixtures.captures.appending(path: "iot-cloud-ota-success.pcap").path
        #expect(try await Program.run(["import", capture, "--store", store]).exitCode == 0)
        let none = try await Program.run(["dialect", "drift", "--store", store])
        #expect(none.exitCode == 0, "\(none.notes)")
        #expect(none.output.hasPrefix("dialect,topic,what,field,count,first_seen,last_seen,example\r\n"))
        #expect(none.notes.contains("0 differences"))
        // The same dialect, but for a key that it does not know and one of another type.
        let yaml = try await Program.run(["dialect", "show", "iot-cloud-ota", "--yaml"]).output
            .replacing("      downloaded_bytes: downloaded_bytes\n", with: "")
            .replacing(
                "      reason: message\n      digest_verified",
                with: "      percent: message\n      digest_verified"
            )
        let changed = try write("changed.yaml", yaml)
        let rows = try await Program.run(
            ["dialect", "drift", "--store", store, "--format", "jsonl", "--dialect", changed]
        ).output.split(separator: "\n")
        #expect(
            rows.contains { $0.contains("\"field\":\"downloaded_bytes\"") && $0.contains("unknown-field") }
        )
        #expect(rows.contains { $0.contains("expected number, got string") && $0.contains("unreadable") })
        #expect(rows.allSatisfy { $0.contains("v1/{device}/firmware/download/") })
        let usage = try await Program.run(["dialect", "drift", "--store", store, "--since", "yesterday"])
        #expect(usage.exitCode == 2)
    }

    private func write(_ name: String, _ text: String) throws -> String {
        let url = try #require(scratch).url.appending(path: name)
        try Data(text.utf8).write(to: url)
        return url.path
    }
}
