// Streams of other projects' captures, against streams that independent readers put together.

import Digests
import Foundation
import TestSupport
import Testing
import Traffic

@testable import Wire

/// A row of an expected listing: one direction of one stream.
private struct Row: Decodable {
    struct Run: Decodable, Hashable {
        var off: Int64
        var len: Int
        var sha256: String
    }

    var src: String?
    var dst: String?
    var runs: [Run]?
    /// Whether the readers agree.
    var b: String?

    var name: String { "\(src ?? "") > \(dst ?? "")" }
}

/// One direction being put together, with holes kept as such.
private struct Direction {
    var assembler = StreamAssembler()
    var runs: [(offset: Int64, bytes: [UInt8])] = []

    mutating func receive(_ bytes: RawSpan, _ sequence: UInt32) {
        let placement = assembler.place(bytes, sequence: sequence, at: Timestamp(nanoseconds: 0))
        if !placement.ready.isEmpty {
            let copy = [UInt8](bytes.extracting(placement.ready))
            append(copy, at: placement.offset + Int64(placement.ready.lowerBound))
        }
        drain()
    }

    mutating func drain() {
        while case .bytes(let bytes, let offset, _)? = assembler.next() { append(bytes, at: offset) }
    }

    mutating func finish() {
        while assembler.giveUpHole() != nil { drain() }
    }

    private mutating func append(_ bytes: [UInt8], at offset: Int64) {
        if let last = runs.last, last.offset + Int64(last.bytes.count) == offset {
            runs[runs.count - 1].bytes += bytes
        } else {
            runs.append((offset, bytes))
        }
    }

    var expectedRuns: [Row.Run] {
        runs.map { Row.Run(off: $0.offset, len: $0.bytes.count, sha256: ContentSHA256.of($0.bytes.rawSpan)) }
    }
}

/// The streams of a capture by direction, in the order of their first byte.
private struct Streams {
    private var fragments = FragmentTable()
    private var syns: [String: UInt32] = [:]
    private var book: [String: [Direction]] = [:]

    /// The runs of each direction that has bytes.
    static func runs(of capture: URL) throws -> [String: [[Row.Run]]] {
        var streams = Streams()
        try forEachPacket(of: capture) { header, bytes in
            guard let frame = try? LinkFrame.read(bytes, link: header.linkType),
                let datagram = try? Datagram.read(
                    bytes,
                    at: frame.offset,
                    originalLength: header.originalLength
                )
            else { return }
            streams.receive(datagram, bytes, at: header.at)
        }
        return streams.book.compactMapValues { list in
            let runs = list.map { direction in
                var direction = direction
                direction.finish()
                return direction.expectedRuns
            }.filter { !$0.isEmpty }
            return runs.isEmpty ? nil : runs
        }
    }

    private mutating func receive(_ datagram: Datagram, _ bytes: RawSpan, at timestamp: Timestamp) {
        guard datagram.transport == 6 || datagram.fragment != nil else { return }
        guard let fragment = datagram.fragment else { return follow(datagram, bytes) }
        let joined = try? fragments.receive(
            fragment,
            of: datagram,
            bytes: bytes,
            at: timestamp,
            limit: WireLimits().fragmentedDatagrams
        )
        if let joined { receive(joined.datagram, joined.bytes.rawSpan, at: timestamp) }
    }

    private mutating func follow(_ datagram: Datagram, _ bytes: RawSpan) {
        guard let segment = try? TCPSegment.read(bytes, in: datagram.payload, length: datagram.payloadLength)
        else { return }
        let source = Endpoint(address: datagram.source, port: segment.sourcePort)
        let destination = Endpoint(address: datagram.destination, port: segment.destinationPort)
        let name = "\(source) > \(destination)"
        if segment.isSYN, syns[name] != segment.sequence {
            syns[name] = segment.sequence
            var direction = Direction()
            direction.assembler.start(at: segment.sequence &+ 1)
            book[name, default: []].append(direction)
        }
        guard !segment.payload.isEmpty else { return }
        var list = book[name] ?? [Direction()]
        let sequence = segment.isSYN ? segment.sequence &+ 1 : segment.sequence
        list[list.count - 1].receive(bytes.extracting(segment.payload), sequence)
        book[name] = list
    }
}

@Test(.enabled(if: Fixtures.corpus != nil))
func `puts together the streams that independent readers put together`() throws {
    let corpus = try #require(Fixtures.corpus)
    let folder = corpus.appending(path: "tcp")
    let captures = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
    var agreed = 0
    for capture in captures.sorted(by: { $0.path < $1.path }) {
        let name = capture.lastPathComponent
        let answer = try String(
            contentsOf: corpus.appending(path: "expected/tcp/\(name).jsonl"),
            encoding: .utf8
        )
        var ours = try Streams.runs(of: capture)
        let rows = try answer.split(separator: "\n").dropFirst().map {
            try JSONDecoder().decode(Row.self, from: Data($0.utf8))
        }
        if rows.isEmpty { #expect(ours.isEmpty, "\(name)") }
        for row in rows {
            guard row.b == "agree", let runs = row.runs else { continue }
            let found = ours[row.name]?.first ?? []
            if ours[row.name]?.isEmpty == false { ours[row.name]?.removeFirst() }
            #expect(found == runs, "\(name) \(row.name)")
            agreed += found == runs ? 1 : 0
        }
    }
    #expect(agreed >= 90)
}
