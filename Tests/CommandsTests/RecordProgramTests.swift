// `otatape record` as a user runs it: what it refuses, and whose its files are.

import Foundation
import TestSupport
import Testing

@Suite(.serialized, .timeLimit(.minutes(2)))
struct RecordProgramTests {
    @Test(arguments: [
        (["-w", "x.pcap"], "--interface"), (["-i", "lo", "--keep-last", "5m"], "--write"),
        (["-i", "lo", "-w", "x.pcap", "--keep-last", "5m", "--file-size", "1MB"], "--file-size"),
        (["-i", "lo", "--port", "1883", "tcp"], "not both"),
        (["-i", "lo", "-w", "x", "-W", "0"], "--file-count"),
        (["-i", "lo", "-B", "1KB"], "--ring-buffer"),
        (["--broker", "mqtt://h", "--user", "x"], "--interface"),
        (
            ["--broker", "mqtt://h", "--ring-buffer", "64MB"],
            "Without an --interface there is no use for --ring-buffer"
        ),
        (["--broker", "mqtt://h", "--immediate-mode"], "--interface"),
        (["--broker", "mqtt://h", "--queue-size", "1MB"], "--interface"),
        (["--broker", "mqtt://h", "--packet-spool", "0"], "--interface"),
        (["-i", "lo", "-w", "x.pcap", "--keep-last-size", "1MB"], "--keep-last."),
        (["-i", "lo", "--qos", "1"], "Without a --broker there is no use for --qos"),
        (["-i", "lo", "-t", "a/#"], "--broker"), (["-i", "lo", "-V", "5"], "--broker"),
        (["-i", "lo", "--insecure"], "--broker"), (["-i", "lo", "--clean-session"], "--broker"),
        (["-i", "lo", "--keep-session"], "--broker"), (["-i", "lo", "--wait-for-broker"], "--broker"),
        (["--broker", "mqtt://h", "--rotate-store", "59s"], "a minute"),
        (["--broker", "mqtt://h", "--rotate-store", "1KB"], "1MB"),
        (["-i", "lo", "--rotate-store", "1d", "--user", "x"], "CAP_NET_RAW"),
        (["-i", "lo", "--rotate-store", "1d", "-w", "x.pcap"], "--file-size"),
    ])
    func `refuses options that do not go together and names the remedy`(words: [String], remedy: String)
        async throws
    {
        let run = try await Program.run(["record"] + words)
        #expect(run.exitCode == 2 && run.output.isEmpty)
        #expect(run.notes.contains(remedy), "\(run.notes)")
    }

    @Test(.enabled(if: geteuid() == 0, "only root can become another user"))
    func `becomes another user, whose the store is then`() async throws {
        let folder = try ScratchFolder()
        try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: folder.url.path)
        let store = folder.path("field.sqlite")
        let words = ["record", "-i", "lo", "--port", "1", "--duration", "0.1", "--store", store]
        let unknown = try await Program.run(words + ["--user", "nosuchuser"])
        #expect(unknown.exitCode == 2 && unknown.notes.contains("no such user"), "\(unknown.notes)")
        let run = try await Program.run(words + ["--user", "nobody"])
        #expect(run.exitCode == 0, "\(run.notes)")
        let owner = try FileManager.default.attributesOfItem(atPath: store)[.ownerAccountName] as? String
        #expect(owner == "nobody")
    }
}
