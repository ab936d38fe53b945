// Every packet of the link captures: the same TCP segments that another reader finds.

import Foundation
import TestSupport
import Testing
import Traffic

@testable import Wire

/// What a packet's TCP header says, as far as the answer has it.
private struct Segment: Hashable, Decodable {
    var kind: String
    /// Negative for a record that is no packet.
    var encap: Int?
    var src: String?
    var dst: String?
    var sport: UInt16?
    var dport: UInt16?
    var seq: UInt32?
    var protocols: String?

    var line: String { "\(src ?? "") \(sport ?? 0) > \(dst ?? "") \(dport ?? 0) \(seq ?? 0)" }
}

/// The segments of a capture by the place of their packet.
private func segments(of capture: URL) throws -> [Int: String] {
    var found: [Int: String] = [:]
    var count = 0
    try forEachPacket(of: capture) { header, bytes in
        defer { count += 1 }
        guard let place = try? LinkFrame.read(bytes, link: header.linkType),
            let datagram = try? Datagram.read(bytes, at: place.offset, originalLength: header.originalLength),
            let inner = try? datagram.carryingTCP(in: bytes), inner.fragment == nil,
            let segment = try? TCPSegment.read(bytes, in: inner.payload, length: inner.payloadLength)
        else { return }
        found[count] =
            "\(inner.source) \(segment.sourcePort) > \(inner.destination) \(segment.destinationPort) \(segment.sequence)"
    }
    return found
}

@Test(.enabled(if: Fixtures.corpus != nil))
func `finds the TCP segments that another reader finds, packet by packet`() throws {
    let corpus = try #require(Fixtures.corpus)
    let captures = try FileManager.default
        .contentsOfDirectory(at: corpus.appending(path: "link"), includingPropertiesForKeys: nil)
    var compared = 0
    for capture in captures {
        let name = capture.lastPathComponent
        let answer = try String(
            contentsOf: corpus.appending(path: "expected/link/\(name).jsonl"),
            encoding: .utf8
        )
        let rows = try answer.split(separator: "\n").map {
            try JSONDecoder().decode(Segment.self, from: Data($0.utf8))
        }
        let packets = rows.filter { $0.kind == "pkt" && $0.encap != -1 }
        let expected = packets.enumerated().filter { $0.element.sport != nil }
        let lines = Dictionary(uniqueKeysWithValues: expected.map { ($0.offset, $0.element.line) })
        #expect(try segments(of: capture) == lines, "\(name)")
        compared += expected.count
    }
    #expect(compared > 1_000)
}
