// Figures of downloads: percentiles, resumed downloads, and what is no download.

import Dialects
import Sessions
import Testing
import Traffic

@testable import Store

struct DownloadQueryTests: StoreSuite {
    let scratch: ScratchStore

    init() throws { scratch = try ScratchStore() }

    private func value(_ column: String, named name: String, row: Int = 0) throws -> SQLValue {
        let result = try store.query(named: name)
        let index = try #require(result.columns.firstIndex(of: column))
        try #require(row < result.rows.count)
        return result.rows[row][index]
    }

    /// One session per duration, each with one complete download of 1 000 bytes.
    private func keepDownloads(_ milliseconds: [Int]) throws {
        try store.write { batch in
            for (index, duration) in milliseconds.enumerated() {
                let id = Int64(index + 1)
                batch.transfers.append(
                    StoredTransfer(
                        id: id,
                        recordingID: recording,
                        transfer: .sample(at: Double(index), taking: .milliseconds(duration))
                    )
                )
                batch.sessions.append(
                    DerivedSession(session: .sample(command: "c\(id)", at: Double(index)), transferIDs: [id])
                )
            }
        }
    }

    @Test func `percentiles are by nearest rank`() throws {
        // 20 values 50, 100 … 1000 in no order: ranks 10, 18 and 20.
        try keepDownloads((1...20).map { ($0 * 7 % 20 + 1) * 50 })
        #expect(try value("p50_ms", named: "download-stats") == .real(500))
        #expect(try value("p90_ms", named: "download-stats") == .real(900))
        #expect(try value("p99_ms", named: "download-stats") == .real(1_000))
    }

    @Test func `the median of five is the third and all percentiles of one are that one`() throws {
        try keepDownloads([15, 20, 35, 40, 50])
        #expect(try value("p50_ms", named: "download-stats") == .real(35))
        let single = try DownloadQueryTests()
        try single.keepDownloads([70])
        #expect(try single.value("p50_ms", named: "download-stats") == .real(70))
        #expect(try single.value("p99_ms", named: "download-stats") == .real(70))
    }

    @Test func `the mean rate is the sum of bytes over the sum of seconds`() throws {
        // 1 000 bytes in 1 s and 1 000 bytes in 3 s: 500 B/s, where the mean of the rates would be 667.
        try keepDownloads([1_000, 3_000])
        #expect(try value("mean_bytes_per_second", named: "download-stats") == .real(500))
        #expect(try value("downloaded_bytes", named: "download-stats") == .integer(2_000))
    }

    /// One session whose image of 1 000 bytes came in the given pieces, each within one second.
    private func keepPieces(_ pieces: [(at: Double, first: Int64, bytes: Int64, end: Exchange.End)]) throws {
        var session = Session.sample()
        session.claimedDuration = .seconds(4)
        session.claimedBytesPerSecond = 250
        session.measuredBytes = pieces.reduce(0) { $0 + $1.bytes }
        session.measuredDuration = .seconds(1)
        session.transferCount = pieces.count
        try store.write { batch in
            batch.transfers = pieces.enumerated().map { index, piece in
                var transfer = Transfer.sample(at: piece.at, bytes: piece.bytes, end: piece.end)
                transfer.exchange.contentLength = 1_000 - piece.first
                if piece.first > 0 {
                    transfer.exchange.status = 206
                    transfer.exchange.contentRange = "bytes \(piece.first)-999/1000"
                }
                return StoredTransfer(id: Int64(index + 1), recordingID: recording, transfer: transfer)
            }
            batch.sessions = [
                DerivedSession(session: session, transferIDs: batch.transfers.map(\.id))
            ]
        }
    }

    @Test func `a download that was cut and resumed is one, from its first byte to its last`() throws {
        try keepPieces([(0, 0, 300, .reset), (2, 300, 200, .truncated), (7, 500, 500, .complete)])
        #expect(try value("downloads", named: "download-stats") == .integer(1))
        #expect(try value("p50_ms", named: "download-stats") == .real(8_000))
        #expect(try value("downloaded_bytes", named: "download-stats") == .integer(1_000))
        #expect(try value("mean_bytes_per_second", named: "download-stats") == .real(125))
    }

    @Test func `pieces that leave a hole or miss the end are no download`() throws {
        try keepPieces([(0, 0, 300, .reset), (2, 500, 500, .complete)])
        #expect(try value("downloads", named: "download-stats") == .integer(0))
        let other = try DownloadQueryTests()
        try other.keepPieces([(0, 0, 300, .reset), (2, 300, 600, .truncated)])
        #expect(try other.value("downloads", named: "download-stats") == .integer(0))
    }

    @Test func `a download begun again from its first byte is measured by itself`() throws {
        try keepPieces([(0, 0, 300, .reset), (5, 0, 1_000, .complete)])
        #expect(try value("downloads", named: "download-stats") == .integer(1))
        #expect(try value("p50_ms", named: "download-stats") == .real(1_000))
        #expect(try value("downloaded_bytes", named: "download-stats") == .integer(1_000))
    }

    @Test(arguments: ["duration_ratio", "measured_bytes_per_second", "rate_ratio"])
    func `a resumed download has no rate and no ratio to a claim`(column: String) throws {
        try keepPieces([(0, 0, 300, .reset), (3, 300, 700, .complete)])
        #expect(try value(column, named: "claimed-vs-measured") == .null)
        #expect(try value("measured_bytes", named: "claimed-vs-measured") == .integer(1_000))
        let whole = try DownloadQueryTests()
        try whole.keepPieces([(0, 0, 1_000, .complete)])
        #expect(try whole.value(column, named: "claimed-vs-measured") != .null)
    }

    @Test func `failures, cut downloads and copies are neither durations nor bytes`() throws {
        try keepDownloads([100])
        try store.write { batch in
            let transfers: [Transfer] = [
                .sample(taking: .seconds(9), status: 404), .sample(taking: .seconds(9), end: .truncated),
                .sample(taking: .seconds(9), status: nil, end: .reset), .sample(taking: .seconds(9)),
            ]
            batch.transfers = transfers.enumerated().map { index, transfer in
                StoredTransfer(id: Int64(index + 10), recordingID: recording, transfer: transfer)
            }
            batch.sessions = [
                DerivedSession(
                    session: .sample(command: "x", outcome: .failed, failure: .httpError),
                    transferIDs: [10]
                ),
                DerivedSession(
                    session: .sample(command: "y", outcome: .failed, failure: .truncated),
                    transferIDs: [11, 12]
                ),
                DerivedSession(
                    session: .sample(command: "z", outcome: .failed, failure: .truncated),
                    transferIDs: [13],
                    transferCopies: [13: 1]
                ),
            ]
        }
        #expect(try value("downloads", named: "download-stats") == .integer(1))
        #expect(try value("p99_ms", named: "download-stats") == .real(100))
        #expect(try value("downloaded_bytes", named: "download-stats") == .integer(1_000))
        #expect(try value("failed", named: "download-stats") == .integer(3))
        #expect(try value("failed_by_class", named: "download-stats") == .text("truncated 2, http-error 1"))
    }
}
