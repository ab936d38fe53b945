// Makes the project's captures: one upgrade each, with the sessions that importing it must give.

import ArgumentParser
import Foundation
import Pipeline
import Reports
import Store
import Traffic

/// Makes `NAME.pcap` and `NAME.sessions.json` for each kind of upgrade.
struct DemoCaptures {
    /// Where to; it is made when missing.
    let folder: String

    /// Makes all captures.
    /// - Throws: `ValidationError` without the right to sniff.
    func make(isSniffing: Bool) async throws {
        guard isSniffing else {
            throw ValidationError(
                "Captures need the right to sniff loopback: run as root or with CAP_NET_RAW."
            )
        }
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for member in DemoDevice.cast { try await make(member) }
    }

    private func make(_ member: DemoDevice) async throws {
        let packets = "\(folder)/\(member.captureName).pcap"
        let scratch = FileManager.default.temporaryDirectory.appending(path: "otatape-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: scratch) }
        let live = try UpgradeStore.open(path: scratch.appending(path: "live.sqlite").path, .createIfMissing)
        let dialects = try BuiltInDialects.load()
        _ = try await DemoStage(cast: [member], dialects: dialects)
            .record(to: live, isSniffing: true, packetFile: packets)
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: packets)
        let imported = try UpgradeStore.open(
            path: scratch.appending(path: "import.sqlite").path,
            .createIfMissing
        )
        _ = try await CaptureImport(store: imported, dialects: dialects).run(path: packets) { _ in }
        let json = try GoldenSessions.json(of: imported)
        try json.write(
            toFile: "\(folder)/\(member.captureName).sessions.json",
            atomically: true,
            encoding: .utf8
        )
        Console.write("\(packets): \(try imported.sessions().count) session")
    }
}
