// Hostile captures: what HOSTILE.tsv says must hold, as far as a listing shows it.

import Foundation
import Interchange
import Pipeline
import TestSupport
import Testing
import Traffic

/// A row of HOSTILE.tsv.
struct HostileCapture: CustomStringConvertible, Sendable {
    let file: String
    let mustHold: String
    /// Whether an upgrade of a witness goes on around the attack.
    let hasWitness: Bool

    var description: String { "\(file): \(mustHold)" }

    static var folder: URL { (Fixtures.corpus ?? Fixtures.root).appending(path: "hostile") }

    /// All rows; none where the corpus is not.
    static var all: [HostileCapture] {
        guard Fixtures.corpus != nil else { return [] }
        let table = try? String(contentsOf: folder.appending(path: "HOSTILE.tsv"), encoding: .utf8)
        return (table ?? "").split(separator: "\n").dropFirst().compactMap { line in
            let columns = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            guard columns.count > 5 else { return nil }
            return HostileCapture(
                file: columns[1],
                mustHold: columns[5],
                hasWitness: columns.count > 6 && columns[6] == "+w"
            )
        }
    }

    /// The capture's listing.
    func list() throws(RunError) -> (rows: [ListingRow], summary: CaptureSummary) {
        var rows: [ListingRow] = []
        let summary = try CaptureListing.list(path: Self.folder.appending(path: file).path) { rows += $0 }
        return (rows, summary)
    }
}

/// What a capture must have counted.
private let losses: [(file: String, isCounted: @Sendable (Losses) -> Bool)] = [
    ("file-cut-in-record.pcap", \.isCaptureCut),
    ("file-cut-in-record-header.pcap", \.isCaptureCut),
    ("file-giant-caplen.pcap", \.isCaptureCut),
    ("net-every-prefix.pcap", { $0.undecodablePackets > 0 }),
    ("net-ihl-lies.pcap", { $0.undecodablePackets > 0 }),
    ("tcp-gap-in-message.pcap", { $0.gaps > 0 && $0.gapBytes > 0 }),
    ("tcp-gap-1GB.pcap", { $0.gaps > 0 && $0.gapBytes >= 1_000_000_000 }),
    ("http-gap-in-body.pcap", { $0.gaps > 0 && $0.gapBytes >= 700 }),
    ("mqtt-remaining-length-5-bytes.pcap", { $0.malformedPackets > 0 }),
    ("mqtt-qos3-and-reserved-types.pcap", { $0.malformedPackets > 0 }),
    ("mqtt-short-packets.pcap", { $0.malformedPackets > 0 }),
    ("mqtt-connect-odd.pcap", { $0.malformedPackets > 0 }),
    ("mqtt-v5-properties-broken.pcap", { $0.malformedPackets > 0 }),
    ("mqtt-topic-with-nul.pcap", { $0.malformedPackets > 0 }),
]

@Suite(.enabled(if: Fixtures.corpus != nil, "the corpus is not here"))
struct HostileCapturesTests {
    @Test(arguments: HostileCapture.all)
    func `lists a hostile capture to its end, witness included, or says what is wrong`(
        capture: HostileCapture
    )
        throws
    {
        do throws(RunError) {
            let (rows, summary) = try capture.list()
            #expect(capture.mustHold != "clear error")
            let witness = rows.count { row in
                guard case .mqtt(let row) = row else { return false }
                return row.topic?.starts(with: Array("v1/witness".utf8)) == true
            }
            // Where the file says that packets are cut, libpcap cuts the witness's too.
            let isSeen = witness >= 6 || summary.losses.cutPackets > 0
            #expect(!capture.hasWitness || isSeen, "\(witness) messages of the witness")
            // What a listing shows is what a terminal and a JSON reader can take.
            for row in rows {
                #expect(!row.text(masked: true).utf8.contains { $0 < 0x20 || $0 == 0x7F })
                let line = Data(row.jsonLine(masked: false).utf8)
                #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: line) }
            }
        } catch {
            #expect(!capture.hasWitness && error.message.count > 20, "\(error.message)")
            #expect(error.message.contains(capture.file), "\(error.message)")
        }
    }

    @Test(arguments: losses.indices)
    func `counts what a hostile capture breaks`(index: Int) throws {
        let (file, isCounted) = losses[index]
        let capture = try #require(HostileCapture.all.first { $0.file == file })
        let summary = try capture.list().summary
        #expect(isCounted(summary.losses), "\(file): \(summary.losses)")
    }

    @Test func `finds the table of hostile captures`() {
        #expect(HostileCapture.all.count > 90)
        #expect(HostileCapture.all.count { $0.hasWitness } > 60)
    }
}
