// The project's own captures give the sessions that are kept beside them.

import Foundation
import Pipeline
import Store
import TestSupport
import Testing

private let captures = ["iot-cloud-ota", "jetlinks"].flatMap { dialect in
    ["success", "corrupted", "missing"].map { "\(dialect)-\($0)" }
}

@Test(arguments: captures)
func `gives the sessions that are kept beside the capture`(name: String) async throws {
    let imported = try await ImportedStore([Fixtures.captures.appending(path: "\(name).pcap")])
    let expected = try String(
        contentsOf: Fixtures.captures.appending(path: "\(name).sessions.json"),
        encoding: .utf8
    )
    #expect(try GoldenSessions.json(of: imported.store) == expected)
}

@Test func `keeps captures small and each with its sessions`() throws {
    let files = try FileManager.default.contentsOfDirectory(atPath: Fixtures.captures.path).sorted()
    #expect(files == captures.flatMap { ["\($0).pcap", "\($0).sessions.json"] }.sorted())
    let bytes = try files.map { file in
        try Data(contentsOf: Fixtures.captures.appending(path: file)).count
    }
    #expect(bytes.reduce(0, +) < 2 << 20)
}

@Test func `sees each message of an upgrade once, on the device's own leg`() async throws {
    let imported = try await ImportedStore([Fixtures.captures.appending(path: "iot-cloud-ota-success.pcap")])
    // Offer, ack, eight chunks of progress and the repeated last one, result.
    let kinds = try imported.rows(
        "SELECT event, count(*) FROM message_readable WHERE copy_of IS NULL GROUP BY event ORDER BY event"
    )
    #expect(kinds == [["accept", "1"], ["offer", "1"], ["progress", "9"], ["result", "1"]])
    let copies = try imported.rows("SELECT count(*) > 10 FROM session_message WHERE copy_of IS NOT NULL")
    #expect(copies == [["1"]])
}

@Test func `refuses the same file a second time and names the remedy`() async throws {
    let capture = Fixtures.captures.appending(path: "jetlinks-missing.pcap")
    let imported = try await ImportedStore([capture])
    let importer = CaptureImport(store: imported.store, dialects: try BuiltInDialects.load())
    let error = await #expect(throws: StoreError.self) {
        _ = try await importer.run(path: capture.path) { _ in }
    }
    #expect(error?.message.contains("--store") == true)
    #expect(try imported.rows("SELECT count(*) FROM recording") == [["1"]])
}

@Test(arguments: [40, 300, 5_000, 60_000])
func `imports what a capture cut in a record still holds, and says so`(byteCount: Int) async throws {
    let whole = try Data(contentsOf: Fixtures.captures.appending(path: "jetlinks-success.pcap"))
    let folder = try ScratchFolder()
    let cut = folder.url.appending(path: "cut.pcap")
    try whole.prefix(byteCount).write(to: cut)
    let imported = try await ImportedStore([cut])
    #expect(try imported.rows("SELECT is_capture_cut, state FROM recording") == [["1", "finished"]])
    let sessions = try imported.rows("SELECT outcome, tail_seen FROM session")
    // The offer goes by in the first 5 000 bytes, the result after the last of the 60 000.
    #expect(sessions == (byteCount < 5_000 ? [] : [["open", "0"]]))
}
