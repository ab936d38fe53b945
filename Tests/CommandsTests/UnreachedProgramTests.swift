// What a user is shown of an upgrade whose server was not reached.

import Foundation
import TestSupport
import Testing

@Test(.timeLimit(.minutes(3)))
func `shows why a download never began, and what the wire showed of it`() async throws {
    var upgrade = FailedUpgrade(url: "http://ota.example/fw.bin")
    upgrade.capture.lookUp("ota.example", code: 3)
    upgrade.fail()
    let folder = try ScratchFolder()
    try Data(upgrade.capture.bytes).write(to: URL(filePath: folder.path("a.pcap")))
    let store = ["--store", folder.path("a.sqlite")]
    let imported = try await Program.run(["import", folder.path("a.pcap")] + store)
    #expect(imported.exitCode == 0, "\(imported.notes)")
    let shown = try await Program.run(["show", "last-failed"] + store)
    let sentence = "there is no name ota.example, 10.0.0.53 told 10.0.0.1"
    #expect(shown.output.contains("failed, dns-failure"))
    #expect(shown.output.contains("  \(sentence), then the device reported FAILED (measured)\n"))
    let line = shown.output.split(separator: "\n").first { $0.contains("no-such-name") }
    #expect(line?.contains("dns ") == true && line?.contains("wire") == true)
    #expect(line?.hasSuffix(sentence) == true, "\(shown.output)")
    let again = try await Program.run(["reindex"] + store)
    #expect(again.exitCode == 0 && again.output.contains("nothing changed"), "\(again.output)\(again.notes)")
}
