// What a user sees of an import that was cut off before it had derived its sessions.

import Foundation
import TestSupport
import Testing

@Suite(.serialized, .timeLimit(.minutes(3)))
struct CutOffImportTests {
    private let folder: ScratchFolder
    private let store: String
    private let captures = ["iot-cloud-ota-success", "jetlinks-success"]
        .map { Fixtures.captures.appending(path: "\($0).pcap").path }

    init() throws {
        folder = try ScratchFolder()
        store = folder.path("field.sqlite")
    }

    private func run(_ words: String...) async throws -> ProgramRun {
        try await Program.run([words[0], "--store", store] + words.dropFirst())
    }

    private func sessionCount() async throws -> (count: Int, notes: String) {
        let run = try await run("sessions", "--format", "json")
        let rows = try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [Any]
        return (try #require(rows).count, run.notes)
    }

    /// A store with the evidence of several files: what is left when the import is killed before it derives.
    private func cutOff() async throws {
        let import0 = try await Program.run(["import", "--no-sessions", "--store", store] + captures)
        #expect(import0.exitCode == 0, "\(import0.notes)")
    }

    @Test func `says that sessions are missing, and why`() async throws {
        try await cutOff()
        let (count, notes) = try await sessionCount()
        #expect(count == 0)
        #expect(notes.contains("recordings 1, 2") && notes.contains("otatape reindex"))
        let doctor = try await run("doctor", "--format", "json")
        #expect(doctor.output.contains("sessions are not derived yet"), "\(doctor.output)")
    }

    @Test(arguments: [["import"], ["import", "other"], ["doctor", "--repair"], ["reindex"]])
    func `derives them with the next command that may`(words: [String]) async throws {
        try await cutOff()
        let other = Fixtures.captures.appending(path: "iot-cloud-ota-missing.pcap").path
        let files =
            words[0] == "import" ? captures + (words.count > 1 ? [other] : []) : Array(words.dropFirst())
        let run = try await Program.run([words[0], "--store", store] + files)
        #expect(run.exitCode < 3, "\(run.notes)")
        let (count, notes) = try await sessionCount()
        #expect(count == (words.count > 1 && words[0] == "import" ? 3 : 2))
        #expect(notes.isEmpty)
    }
}
