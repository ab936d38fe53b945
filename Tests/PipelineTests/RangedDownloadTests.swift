// An upgrade whose image comes in ranges, from the capture to the session and again from the store.

import Digests
import Foundation
import Pipeline
import TestSupport
import Testing

/// Writes the capture of an upgrade: an offer, downloads, a result.
private struct Upgrade {
    private static let topic = "v1/7/firmware/download"
    let image = (0..<3_000).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ $0 >> 8) }
    private var capture = SpokenCapture()
    private var control: SpokenCapture.Line
    private var port: UInt16 = 40_000

    /// Connects, and is offered the image, or another one of the same size.
    init(offersAnother: Bool = false) {
        control = capture.open(from: 50_000, to: 1_883)
        let client: [UInt8] = Array("dev".utf8)
        capture.ask(&control, [0x10, 15, 0, 4] + Array("MQTT".utf8) + [4, 2, 0, 60, 0, 3] + client)
        capture.answer(&control, [0x20, 2, 0, 0])
        let sha256 = ContentSHA256.of((offersAnother ? image.reversed() : image).span.bytes)
        let offer = Self.publish(
            "request",
            """
            {"command_id": "c1", "signed_url": "http://h/fw.bin", "version": "2.0", "checksum": "\(sha256)", \
            "size": 3000, "timeout": 30, "timestamp": "2023-11-14T22:13:20Z"}
            """
        )
        capture.answer(&control, offer)
        let ack = #"{"command_id": "c1", "status": "ACKNOWLEDGED", "message": "ok"}"#
        capture.ask(&control, Self.publish("request/ack", ack))
    }

    private static func publish(_ leaf: String, _ payload: String) -> [UInt8] {
        let name = Array("\(topic)/\(leaf)".utf8)
        let body = [0, UInt8(name.count)] + name + Array(payload.utf8)
        return [0x30, UInt8(body.count % 128 | 0x80), UInt8(body.count / 128)] + body
    }

    /// Asks for a range over a connection of its own; the connection ends after `count` bytes of it.
    mutating func fetch(_ range: Range<Int>, count: Int? = nil, entityTag: String? = "\"a\"") {
        port += 1
        var line = capture.open(from: port, to: 80)
        let asked = "GET /fw.bin HTTP/1.1\r\nHost: h\r\nRange: bytes=\(range.lowerBound)-\r\n\r\n"
        capture.ask(&line, asked.utf8)
        let tag = entityTag.map { "ETag: \($0)\r\n" } ?? ""
        let head =
            "HTTP/1.1 206 Partial Content\r\nContent-Length: \(range.count)\r\n\(tag)"
            + "Content-Range: bytes \(range.lowerBound)-\(range.upperBound - 1)/3000\r\n\r\n"
        capture.answer(&line, head.utf8)
        capture.answer(&line, image[range].prefix(count ?? range.count))
        capture.close(&line)
    }

    /// The store after importing the capture.
    mutating func imported(result: String = "SUCCESS") async throws -> ImportedStore {
        capture.ask(&control, Self.publish("result", #"{"command_id": "c1", "status": "\#(result)"}"#))
        capture.close(&control)
        let folder = try ScratchFolder()
        let file = folder.url.appending(path: "ranges.pcap")
        try Data(capture.bytes).write(to: file)
        return try await ImportedStore([file])
    }
}

/// Reads the store anew; the sessions must stay what they were.
private func expectSameSessionsAgain(_ imported: ImportedStore) throws {
    let findings = "SELECT code, text, transfer_ids FROM anomaly ORDER BY code, text"
    let before = (try GoldenSessions.json(of: imported.store), try imported.rows(findings))
    try Rederivation.run(imported.store, dialects: BuiltInDialects.load())
    #expect(try GoldenSessions.json(of: imported.store) == before.0)
    #expect(try imported.rows(findings) == before.1)
}

private let facts = """
    SELECT transfer_count, measured_bytes, measured_digest_matches, measured_sha256 IS NULL, failure_class
    FROM session
    """

@Test func `measures an image that came in ranges, and does so again from the store`() async throws {
    var upgrade = Upgrade()
    upgrade.fetch(0..<3_000, count: 1_200)
    upgrade.fetch(1_200..<2_000)
    upgrade.fetch(1_900..<3_000)
    let imported = try await upgrade.imported()
    #expect(try imported.rows(facts) == [["3", "3100", "1", "0", "–"]])
    let sha256 = ContentSHA256.of(upgrade.image.span.bytes)
    #expect(try imported.rows("SELECT measured_sha256 FROM session") == [[sha256]])
    let parts = try imported.rows(
        """
        SELECT assembly, assembly_exchanges, assembly_covered_bytes, assembly_digesting, matches_offer
        FROM transfer_readable ORDER BY id
        """
    )
    #expect(
        parts == [
            ["1", "1", "1200", "incomplete", "–"], ["1", "2", "2000", "incomplete", "–"],
            ["1", "3", "3000", "whole", "1"],
        ]
    )
    try expectSameSessionsAgain(imported)
}

@Test func `finds that an image in ranges is not the offered one, in all its parts`() async throws {
    var upgrade = Upgrade(offersAnother: true)
    upgrade.fetch(0..<1_000)
    upgrade.fetch(1_000..<3_000)
    let imported = try await upgrade.imported(result: "FAILED")
    #expect(try imported.rows(facts) == [["2", "3000", "0", "0", "hash-mismatch"]])
    let findings = try imported.rows("SELECT transfer_ids FROM anomaly WHERE code = 'hash-mismatch-measured'")
    #expect(findings == [["[1,2]"]])
    try expectSameSessionsAgain(imported)
}

@Test func `has no digest of ranges with a hole, of two versions, or that overlap unproven`() async throws {
    let cases: [([(Range<Int>, String?)], bytes: String)] = [
        ([(0..<1_000, "\"a\""), (1_100..<3_000, "\"a\"")], "2900"),
        ([(0..<1_000, "\"a\""), (1_000..<3_000, "\"b\"")], "3000"),
        ([(0..<1_000, nil), (900..<3_000, nil)], "3100"),
    ]
    for (parts, bytes) in cases {
        var upgrade = Upgrade(offersAnother: true)
        for (range, tag) in parts { upgrade.fetch(range, entityTag: tag) }
        let imported = try await upgrade.imported()
        #expect(try imported.rows(facts) == [["2", bytes, "–", "1", "–"]])
        try expectSameSessionsAgain(imported)
    }
}
