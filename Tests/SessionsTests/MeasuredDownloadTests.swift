// What several responses make together, and silences within one.

import Testing
import Traffic

@testable import Sessions

struct MeasuredDownloadTests {
    private static let peer = Endpoint(address: IPAddress(ipv4: 1), port: 1)

    private func response(
        _ status: Int,
        bytes: Int64,
        length: Int64? = nil,
        range: String? = nil,
        end: Exchange.End = .complete,
        method: String = "GET"
    ) -> TransferEvidence {
        let start = Timestamp(nanoseconds: 0)
        var exchange = Exchange(
            client: Self.peer,
            server: Self.peer,
            method: method,
            host: "h",
            target: "/x",
            requestedAt: start
        )
        exchange.status = status
        exchange.bodyBytes = bytes
        exchange.contentLength = length
        exchange.contentRange = range
        exchange.end = end
        exchange.respondedAt = start
        return TransferEvidence(Transfer(exchange: exchange, evidence: .wire), id: 1, recordingID: 1)
    }

    @Test func `takes a body of unknown length for whole when it came to its end`() {
        #expect(MeasuredDownload([response(200, bytes: 7)]).wholeBytes == 7)
        #expect(MeasuredDownload([response(200, bytes: 7, end: .truncated)]).wholeBytes == nil)
        #expect(MeasuredDownload([response(200, bytes: 7, length: 8)]).wholeBytes == nil)
    }

    @Test func `takes a range that covers everything for whole`() {
        let whole = MeasuredDownload([response(206, bytes: 10, range: "bytes 0-9/10")])
        #expect(whole.image?.bytes == 10)
        #expect(whole.wholeBytes == 10)
        #expect(MeasuredDownload([response(206, bytes: 5, range: "bytes 0-4/10")]).wholeBytes == nil)
        #expect(MeasuredDownload([response(206, bytes: 5)]).wholeBytes == nil)
    }

    @Test func `joins pieces in any order and finds holes`() {
        let first = response(200, bytes: 4, length: 10, end: .truncated)
        let middle = response(206, bytes: 3, range: "bytes 4-6/10")
        let last = response(206, bytes: 4, range: "bytes 6-9/10")
        #expect(MeasuredDownload([first, last, middle]).wholeBytes == 10)
        #expect(MeasuredDownload([first, last]).wholeBytes == nil)
        #expect(MeasuredDownload([first, middle, last]).image == nil)
        #expect(MeasuredDownload([first, middle, last]).bytes == 11)
    }

    @Test func `joins no pieces that differ in the image's size`() {
        let first = response(206, bytes: 5, range: "bytes 0-4/10")
        let last = response(206, bytes: 6, range: "bytes 5-10/11")
        #expect(MeasuredDownload([first, last]).wholeBytes == nil)
    }

    @Test func `leaves requests without a body out`() {
        let download = MeasuredDownload([response(200, bytes: 7), response(200, bytes: 0, method: "HEAD")])
        #expect(download.responses.count == 1)
        #expect(download.status == 200)
    }

    @Test func `finds the longest silence and the one at the end`() {
        var transfer = response(200, bytes: 30).transfer
        transfer.exchange.respondedAt = Timestamp(seconds: 1)
        transfer.exchange.endedAt = Timestamp(seconds: 20)
        transfer.samples = [(0, 10), (9, 20), (12, 30)].map {
            Transfer.Sample(offset: .seconds($0.0), bytes: Int64($0.1))
        }
        let silence = BodySilence(transfer)
        #expect(silence.longest == .seconds(9))
        #expect(silence.since == Timestamp(seconds: 1))
        #expect(silence.bytesBefore == 10)
        #expect(silence.atEnd == .seconds(7))
    }
}
