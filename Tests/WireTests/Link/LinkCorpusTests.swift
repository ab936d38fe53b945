// Every packet of the link captures: the same TCP segments that another reader finds.

import Foundation
import TestSupport
import Testing
import Traffic

@testable import Wire

/// What a packet's TCP header says, as far as the answer has it.
private struct Segment: Hashable, Decodable {
    var kind: String
    var frame: Int?
    var src: String?
    var dst: String?
    var sport: UInt16?
    var dport: UInt16?
    var seq: UInt32?
    var protocols: String?

    var line: String { "\(src ?? "") \(sport ?? 0) > \(dst ?? "") \(dport ?? 0) \(seq ?? 0)" }
}

private func segments(_ reader: CaptureReader) -> [Int: String] {
    var found: [Int: String] = [:]
    var frame = 0
    reader.forEach { header, bytes in
        frame += 1
        guard let place = try? LinkFrame.read(bytes, link: header.linkType),
            let datagram = try? Datagram.read(bytes, at: place.offset, originalLength: header.originalLength),
            let inner = try? datagram.carryingTCP(in: bytes), inner.fragment == nil,
            let segment = try? TCPSegment.read(bytes, in: inner.payload, length: inner.payloadLength)
        else { return }
        found[frame] =
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
        guard let reader = try CaptureReader(capture) else { continue }
        let name = capture.lastPathComponent
        let answer = try String(
            contentsOf: corpus.appending(path: "expected/link/\(name).jsonl"),
            encoding: .utf8
        )
        let rows = try answer.split(separator: "\n").map {
            try JSONDecoder().decode(Segment.self, from: Data($0.utf8))
        }
        let expected = rows.filter { $0.sport != nil }
        let pairs = expected.compactMap { row in row.frame.map { ($0, row.line) } }
        #expect(segments(reader) == Dictionary(uniqueKeysWithValues: pairs), "\(name)")
        compared += expected.count
    }
    #expect(compared > 1_000)
}
