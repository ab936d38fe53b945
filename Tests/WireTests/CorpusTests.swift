// Captures of other projects, with answers by other readers.

import Foundation
import TestSupport
import Testing
import Traffic
import Wire

/// A row of an expected listing.
private struct Row: Decodable {
    var type: String?
    var src: String?
    var dst: String?
    var topicHex: String?
    var payloadLength: Int?
    var malformed: Bool?

    enum CodingKeys: String, CodingKey {
        case type, src, dst, malformed
        case topicHex = "topic_hex"
        case payloadLength = "payload_len"
    }

    /// What is compared: the way, the kind, and a PUBLISH's topic as sent and payload length.
    var line: String {
        let way = "\(src ?? "") > \(dst ?? "") \(type ?? "")\(malformed == true ? "!" : "")"
        return type == "PUBLISH" ? way + " \(topicHex ?? "") \(payloadLength ?? 0)" : way
    }
}

extension Notebook.Packet {
    /// The same of what we read.
    fileprivate func line(on connection: Connection) -> String {
        let ends = [connection.client.description, connection.server.description]
        let (source, destination) = direction == .toBroker ? (ends[0], ends[1]) : (ends[1], ends[0])
        let way = "\(source) > \(destination) \(packet.kind)\(packet.isMalformed ? "!" : "")"
        guard packet.kind == .publish else { return way }
        let topic = frame[packet.topic].map { String(format: "%02x", $0) }.joined()
        return way + " \(topic) \(payload.count)"
    }
}

/// Captures whose answer assumes something else than we do.
private let exceptions: Set<String> = [
    // Encrypted; the answer comes with the keys.
    "gen-tls-keylog.pcap",
    // Entered midway: the answer assumes 3.1.1, although the CONNACK of 50 bytes can only be MQTT 5's.
    "suri-mqtt-midstream-split.pcap",
]

private func mqttCaptures() throws -> [URL] {
    guard let corpus = Fixtures.corpus else { return [] }
    return try FileManager.default
        .contentsOfDirectory(at: corpus.appending(path: "mqtt"), includingPropertiesForKeys: nil)
        .filter { $0.pathExtension == "pcap" && !exceptions.contains($0.lastPathComponent) }
        .sorted { $0.path < $1.path }
}

@Test(.enabled(if: Fixtures.corpus != nil))
func `lists the control packets that independent readers list`() throws {
    let corpus = try #require(Fixtures.corpus)
    let captures = try mqttCaptures()
    #expect(captures.count >= 30)
    for capture in captures {
        let name = capture.lastPathComponent
        let answer = try String(
            contentsOf: corpus.appending(path: "expected/mqtt/\(name).jsonl"),
            encoding: .utf8
        )
        // The first line is about the file.
        let expected = try answer.split(separator: "\n").dropFirst()
            .map { try JSONDecoder().decode(Row.self, from: Data($0.utf8)).line }
        let reader = try #require(try CaptureReader(capture))
        #expect(byDirection(list(reader)) == byDirection(expected), "\(name)")
    }
}

/// Lines by who sends to whom: order is certain within a direction only.
private func byDirection(_ lines: [String]) -> [String: [String]] {
    Dictionary(grouping: lines) { $0.split(separator: " ").prefix(3).joined(separator: " ") }
}

private func list(_ reader: CaptureReader) -> [String] {
    var book = Notebook()
    var decoder = WireDecoder()
    var last = Timestamp(nanoseconds: 0)
    reader.forEach { header, bytes in
        last = header.at
        decoder.receive(bytes, header: header, into: &book)
    }
    decoder.finish(at: last, into: &book)
    let connections = Dictionary(uniqueKeysWithValues: book.opened.map { ($0.number, $0) })
    return book.packets.compactMap { packet in connections[packet.connection].map { packet.line(on: $0) } }
}

@Test(.enabled(if: Fixtures.corpus != nil))
func `finds the witness in every hostile capture`() throws {
    let folder = try #require(Fixtures.corpus).appending(path: "hostile")
    let table = try String(contentsOf: folder.appending(path: "HOSTILE.tsv"), encoding: .utf8)
    var witnessed = 0
    for row in table.split(separator: "\n").map({
        $0.split(separator: "\t", omittingEmptySubsequences: false)
    })
    where row.count > 6 && row[6] == "+w" && row[1].hasSuffix(".pcap") {
        guard let reader = try CaptureReader(folder.appending(path: String(row[1]))) else { continue }
        let topic = "v1/witness".utf8.map { String(format: "%02x", $0) }.joined()
        let lines = list(reader).filter { $0.contains(" PUBLISH \(topic)") }
        #expect(lines.count >= 6, "\(row[1])")
        witnessed += 1
    }
    #expect(witnessed >= 50)
}

/// A conformance case of Mosquitto with the broker's verdict.
private struct Verdict: Decodable {
    var name: String?
    var client: String?
    var verdict: String?

    /// Refused by the broker, and no error by the specification.
    var isBeyondSpecification: Bool {
        let reasons = [
            // Control characters SHOULD NOT be in text; a receiver MAY refuse them (MQTT 3.1.1 §1.5.3, MQTT 5 §1.5.4).
            "U+0001", "U+001F", "U+007F", "U+009F", "with 0x0001", "with 0x001F", "with 0x007F",
            "with 0x009F",
            // Only zero is an error (MQTT 5 §3.1.2.11.4); the broker's own CONNACK would not fit.
            "tiny max packet",
            // A broker's own choice, answered with 0x8C (MQTT 5 §4.12).
            "unsupported authentication method",
            // Repeated without DUP, which a receiver acknowledges again (MQTT 5 §4.3.3, MQTT 3.1.1 §4.3.3).
            "QoS 2 Dup flow*3",
            // Neither 0 nor 1, which nothing calls an error (MQTT 5 §3.3.2.3.2).
            "payload-format-indicator=2",
        ]
        // Cases with control characters whose packets are malformed apart from them: no will properties, a payload.
        let isBrokenAnyway = ["v5.0   CONNECT / 10 Will topic", "v5.0   SUBSCRIBE / 82 topic"]
            .contains { (name ?? "").hasPrefix($0) }
        return !isBrokenAnyway && reasons.contains { (name ?? "").contains($0) }
    }
}

@Test(.enabled(if: Fixtures.corpus != nil))
func `finds fault with what a broker refuses by the specification, and with nothing that it accepts`() throws
{
    let corpus = try #require(Fixtures.corpus)
    let answers = try FileManager.default
        .contentsOfDirectory(at: corpus.appending(path: "expected/fuzz"), includingPropertiesForKeys: nil)
        .filter { $0.lastPathComponent.hasPrefix("mosq-") }
    var judged = (accepted: 0, refused: 0)
    for answer in answers {
        let name = answer.deletingPathExtension().lastPathComponent
        let reader = try #require(try CaptureReader(corpus.appending(path: "fuzz/\(name)")))
        let faulty = faultyClients(in: reader)
        for line in try String(contentsOf: answer, encoding: .utf8).split(separator: "\n").dropFirst() {
            let test = try JSONDecoder().decode(Verdict.self, from: Data(line.utf8))
            guard let client = test.client, let verdict = test.verdict else { continue }
            let isExpected = verdict == "reject" && !test.isBeyondSpecification
            #expect(faulty.contains(client) == isExpected, "\(name): \(test.name ?? "")")
            if verdict == "reject" { judged.refused += 1 } else { judged.accepted += 1 }
        }
    }
    #expect(judged.accepted >= 150 && judged.refused >= 1_000)
}

private func faultyClients(in reader: CaptureReader) -> Set<String> {
    var book = Notebook()
    var decoder = WireDecoder()
    var last = Timestamp(nanoseconds: 0)
    reader.forEach { header, bytes in
        last = header.at
        decoder.receive(bytes, header: header, into: &book)
    }
    decoder.finish(at: last, into: &book)
    let clients = Dictionary(uniqueKeysWithValues: book.opened.map { ($0.number, $0.client.description) })
    return Set(book.packets.filter { $0.packet.fault != nil }.compactMap { clients[$0.connection] })
}
