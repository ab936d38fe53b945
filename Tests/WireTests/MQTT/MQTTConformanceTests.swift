// Mosquitto's conformance cases, with the broker's verdicts.

import Foundation
import TestSupport
import Testing
import Traffic
import Wire

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
        let faulty = try faultyClients(in: corpus.appending(path: "fuzz/\(name)"))
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

private func faultyClients(in capture: URL) throws -> Set<String> {
    var book = Notebook()
    var decoder = WireDecoder()
    var last = Timestamp(nanoseconds: 0)
    try forEachPacket(of: capture) { header, bytes in
        last = header.at
        decoder.receive(bytes, header: header, into: &book)
    }
    decoder.finish(at: last, into: &book)
    let clients = Dictionary(uniqueKeysWithValues: book.opened.map { ($0.number, $0.client.description) })
    return Set(book.packets.filter { $0.packet.fault != nil }.compactMap { clients[$0.connection] })
}
