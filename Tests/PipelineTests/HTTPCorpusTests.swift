// Bodies in captures of other projects: assembled, decoded, refused.

import Foundation
import Interchange
import Pipeline
import TestSupport
import Testing
import Traffic

private func transfers(_ capture: URL) throws -> [Transfer] {
    var transfers: [Transfer] = []
    _ = try CaptureListing.list(path: capture.path) { rows in
        for case .http(let transfer) in rows { transfers.append(transfer) }
    }
    return transfers
}

@Suite(.enabled(if: Fixtures.corpus != nil, "the corpus is not here"), .timeLimit(.minutes(5)))
struct HTTPCorpusTests {
    private let corpus = Fixtures.corpus ?? Fixtures.root

    /// The digests are those of the bodies that tshark exports, one behind the other; the SHA-1 that the last two
    /// files bear in their names confirms them.
    @Test(
        arguments: [
            (
                "206_example_a", 2, 2, 555_523,
                "61c0718bd534ab55716eba161e91bb49155562ddc7c08f0c20f6359d7b808b66"
            ),
            (
                "206_example_b", 2, 1, 1_022_920,
                "dcb87a62a2b5d449abc138776000fd1b14edc690e9da6ea325b8f352ab033202"
            ),
            (
                "vnd.ms-cab-compressed-multi-conn", 5, 5, 39_618,
                "6f21325c8d7a5b7683bdbabfbcd8472c6a4f0ed738a582cd14d1916b0284e73f"
            ),
        ] as [(String, Int, Int, Int64, String)]
    )
    func `assembles one file from ranges on several connections`(
        file: String,
        exchanges: Int,
        connections: Int,
        size: Int64,
        sha256: String
    ) throws {
        let parts = try transfers(corpus.appending(path: "http/zeek-\(file).pcap"))
        let assembly = try #require(parts.compactMap(\.assembly).first { $0.isWhole })
        #expect((assembly.number, assembly.exchanges, assembly.connections) == (1, exchanges, connections))
        #expect((assembly.coveredBytes, assembly.totalBytes) == (size, size))
        #expect(assembly.digesting == .whole && assembly.sha256 == sha256)
    }

    @Test func `covers a file whose ranges come out of order, and says that it has no digest`() throws {
        let parts = try transfers(corpus.appending(path: "http/suri-http-range-multiflows.pcap"))
        let assembly = try #require(parts.compactMap(\.assembly).last)
        #expect((assembly.exchanges, assembly.coveredBytes, assembly.totalBytes) == (41, 37_323, 37_323))
        #expect(assembly.digesting == .outOfOrder && assembly.sha256 == nil)
    }

    @Test(arguments: ["zeek-byteranges.pcap", "zeek-206_example_c.pcap"])
    func `assembles nothing from answers in several pieces`(file: String) throws {
        let parts = try transfers(corpus.appending(path: "http/\(file)"))
        #expect(parts.allSatisfy { $0.exchange.status == 206 && $0.assembly == nil })
    }

    /// The digests are those of the objects that tshark exports, which it decodes.
    @Test(
        arguments: [
            ("zeek-get-gzip.pcap", 197, "202b775be087f5af98e95120e42769a9b3488f84c5aa79c4f4c1093d348f849c"),
            (
                "arkime-http-content-gzip.pcap", 272,
                "67f737adf804542ac15aedee7014ee7aee8f9ae2bd345fb5fa56a86f008a2b1e"
            ),
            ("zeek-x-gzip.pcap", 19, "e62e2e4e455ae0f61ebc56102417cd415f6994222da9fd0ae01935a1b6fa2ad3"),
        ] as [(String, Int64, String)]
    )
    func `decodes what other programs coded`(file: String, size: Int64, sha256: String) throws {
        let coded = try transfers(corpus.appending(path: "http/\(file)")).filter { $0.decoding != nil }
        let transfer = try #require(coded.first)
        #expect(coded.count == 1 && transfer.decoding == .complete)
        #expect(transfer.decodedBytes == size && transfer.decodedSHA256 == sha256)
    }

    @Test func `does not inflate a bomb, and says so`() throws {
        let bombs = try transfers(corpus.appending(path: "hostile/http-gzip-bomb.pcap"))
            .filter { $0.exchange.contentEncoding != nil }
        let bomb = try #require(bombs.first)
        #expect(bomb.sha256 != nil && bomb.decoding == .limited && bomb.decodedSHA256 == nil)
    }
}
