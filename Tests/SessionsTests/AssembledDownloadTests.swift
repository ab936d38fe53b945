// Images that come in several responses: resumed, in ranges, on several connections.

import Dialects
import Testing
import Traffic

@testable import Sessions

/// A device fetches an image of 1 000 bytes in ranges.
private struct Ranges {
    var transcript = Transcript("A")
    private var number = 0

    init(bytes: Int64? = 1_000) {
        transcript.offer(at: 0, size: bytes)
    }

    /// One range; `change` says how the assembly stands when it has come.
    mutating func fetch(
        _ range: Range<Int64>,
        exchanges: Int,
        recordingID: Int64 = 2,
        assembly assemblyNumber: Int = 1,
        again: Int64 = 0,
        _ change: (inout DownloadAssembly) -> Void = { _ in }
    ) {
        number += 1
        let at = Double(number)
        var exchange = Exchange(
            client: Endpoint(address: transcript.address, port: UInt16(40_000 + number)),
            server: Endpoint(address: IPAddress(ipv4: 0x0A00_00FE), port: 80),
            method: "GET",
            host: "fw.example",
            target: "/fw/x.bin?Signature=s1",
            range: "bytes=\(range.lowerBound)-",
            requestedAt: Transcript.at(at)
        )
        exchange.status = 206
        exchange.respondedAt = Transcript.at(at)
        exchange.contentRange = "bytes \(range.lowerBound)-\(range.upperBound - 1)/1000"
        exchange.contentLength = Int64(range.count)
        exchange.bodyBytes = Int64(range.count)
        exchange.endedAt = Transcript.at(at + 0.5)
        exchange.end = .complete
        var assembly = DownloadAssembly(number: assemblyNumber, at: Transcript.at(1))
        assembly.exchanges = exchanges
        assembly.totalBytes = 1_000
        assembly.coveredBytes = range.upperBound
        assembly.receivedBytes = range.upperBound + again
        assembly.endedAt = exchange.endedAt
        change(&assembly)
        var transfer = Transfer(exchange: exchange, evidence: .wire, sha256: Transcript.otherSHA)
        transfer.assembly = assembly
        transcript.fetch(transfer, recordingID: recordingID)
    }

    static func whole(_ sha256: String = Transcript.sha) -> (inout DownloadAssembly) -> Void {
        { ($0.digesting, $0.sha256, $0.md5) = (.whole, sha256, String(repeating: "1", count: 32)) }
    }
}

struct AssembledDownloadTests {
    @Test func `holds the digest of an image in ranges against the offered one`() throws {
        var ranges = Ranges()
        ranges.fetch(0..<400, exchanges: 1)
        ranges.fetch(400..<700, exchanges: 2)
        ranges.fetch(700..<1_000, exchanges: 3, Ranges.whole())
        ranges.transcript.result(at: 5, ok: true)
        for rows in [ranges.transcript.rows, ranges.transcript.rows.reversed()] {
            let session = try #require(ranges.transcript.play(rows, step: 1).sessions.first)
            #expect(session.transferCount == 3)
            #expect(session.measuredBytes == 1_000)
            #expect(session.measuredSHA256 == Transcript.sha)
            #expect(session.measuredMD5 == String(repeating: "1", count: 32))
            #expect(session.isDigestMatching == true)
            #expect(session.worries.isEmpty)
        }
    }

    @Test func `names all parts of an image that is not the offered one`() throws {
        var ranges = Ranges()
        ranges.fetch(0..<400, exchanges: 1)
        ranges.fetch(400..<1_000, exchanges: 2, Ranges.whole(Transcript.otherSHA))
        ranges.transcript.result(at: 5, ok: false, code: "FLASH")
        let session = try ranges.transcript.session()
        #expect(session.isDigestMatching == false)
        #expect((session.failureClass, session.failureSource) == (.hashMismatch, .measured))
        #expect(session.failureEvidence?.hasPrefix("of 2 responses together, the SHA-256") == true)
        let finding = try #require(session.anomalies.first { $0.code == .hashMismatchMeasured })
        #expect(finding.transferIDs == [2, 3])
        #expect(finding.at == Transcript.at(2.5))
    }

    @Test func `calls an image in ranges too small or too large by what came`() throws {
        var ranges = Ranges(bytes: 1_200)
        ranges.fetch(0..<400, exchanges: 1)
        ranges.fetch(400..<1_000, exchanges: 2, Ranges.whole())
        ranges.transcript.result(at: 5, ok: false, code: "SIZE")
        #expect(try ranges.transcript.session().failureClass == .sizeMismatch)
    }

    @Test func `has no digest while parts are missing, came out of order or may differ`() throws {
        var hole = Ranges()
        hole.fetch(0..<400, exchanges: 1)
        hole.fetch(500..<1_000, exchanges: 2) { $0.coveredBytes = 900 }
        #expect(try hole.transcript.session().measuredSHA256 == nil)
        #expect(try hole.transcript.session().isDigestMatching == nil)
        for digesting in [DownloadAssembly.Digesting.outOfOrder, .unconfirmed] {
            var ranges = Ranges()
            ranges.fetch(400..<1_000, exchanges: 1) { $0.coveredBytes = 600 }
            ranges.fetch(0..<400, exchanges: 2) { ($0.coveredBytes, $0.digesting) = (1_000, digesting) }
            ranges.transcript.result(at: 5, ok: false)
            let session = try ranges.transcript.session()
            #expect(session.measuredSHA256 == nil && session.isDigestMatching == nil)
            #expect(session.measuredBytes == 1_000)
            #expect(session.failureSource == .claimed)
        }
    }

    @Test func `takes no digest of bytes that went to another device behind the same address`() throws {
        var ranges = Ranges()
        ranges.fetch(0..<400, exchanges: 1)
        ranges.fetch(400..<1_000, exchanges: 3, Ranges.whole())
        let session = try ranges.transcript.session()
        #expect(session.transferCount == 2)
        #expect(session.measuredSHA256 == nil && session.isDigestMatching == nil)
    }

    @Test func `takes the word of the recording that saw every part`() throws {
        var ranges = Ranges()
        ranges.fetch(0..<400, exchanges: 1)
        ranges.fetch(400..<1_000, exchanges: 1, recordingID: 3) { $0.coveredBytes = 600 }
        #expect(try ranges.transcript.session().measuredSHA256 == nil, "neither saw all")
        ranges.fetch(400..<1_000, exchanges: 2, again: 0, Ranges.whole())
        #expect(try ranges.transcript.session().measuredSHA256 == Transcript.sha)
    }

    @Test func `believes the later of a whole response and an image in ranges`() throws {
        var ranges = Ranges()
        ranges.transcript.fetch(
            Transcript.url,
            from: 0.1,
            to: 0.4,
            bytes: 1_000,
            sha256: Transcript.otherSHA
        )
        ranges.fetch(0..<400, exchanges: 1)
        #expect(try ranges.transcript.session().isDigestMatching == false)
        ranges.fetch(400..<1_000, exchanges: 2, Ranges.whole())
        #expect(try ranges.transcript.session().isDigestMatching == true)
        ranges.transcript.fetch(
            Transcript.url,
            from: 8,
            to: 9,
            bytes: 1_000,
            sha256: Transcript.otherSHA
        )
        #expect(try ranges.transcript.session().isDigestMatching == false)
    }
}
