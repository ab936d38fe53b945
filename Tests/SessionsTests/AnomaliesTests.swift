// Each finding of dialects.md §7: a transcript that raises it and one that must not.

import Dialects
import Sessions
import Testing
import Traffic

struct AnomaliesTests {
    @Test func `a clean run of either dialect raises nothing but that its image is offered over plain http`()
    {
        for transcript in [Transcript.successA(), .successB()] {
            #expect(transcript.sessions(until: 250).flatMap(\.anomalies).map(\.code) == [.plaintextArtifact])
        }
    }

    // MARK: - no-ack

    @Test func `no-ack: an offer without an answer in the window`() throws {
        var transcript = Transcript("A")
        transcript.offer(at: 0)
        let finding = try #require(found(.noAck, in: transcript, until: 11).first)
        #expect(finding.at == Transcript.at(10.002))
        #expect(finding.messageIDs == [1])
        transcript.accept(at: 12)
        #expect(
            found(.noAck, in: transcript).first?.text
                == "no answer to the offer within 10.0 s; it came after 12.0 s"
        )
    }

    @Test func `no-ack: not while the window runs, nor after an answer`() {
        var transcript = Transcript("A")
        transcript.offer(at: 0)
        #expect(found(.noAck, in: transcript, until: 9).isEmpty)
        transcript.accept(at: 9)
        #expect(found(.noAck, in: transcript, until: 50).isEmpty)
    }

    @Test func `no-ack: waits as long as the offer says`() {
        var transcript = Transcript("B")
        transcript.offer(at: 0) { $0.ackTimeout = .seconds(60) }
        #expect(found(.noAck, in: transcript, until: 59).isEmpty)
        #expect(found(.noAck, in: transcript, until: 61).count == 1)
    }

    // MARK: - progress

    @Test func `progress-regression: a percentage falls`() throws {
        var transcript = Transcript("A")
        transcript.offer(at: 0)
        transcript.progress(at: 1, 50)
        transcript.progress(at: 2, 20)
        transcript.progress(at: 3, 10)
        let finding = try #require(found(.progressRegression, in: transcript).first)
        #expect(finding.text == "progress fell from 50 % to 20 %, the first of 2 times")
        #expect(finding.messageIDs == [2, 3])
    }

    @Test func `progress-regression: bytes fall`() {
        var transcript = Transcript("A")
        transcript.offer(at: 0)
        transcript.progress(at: 1, 1) { $0.downloadedBytes = 900 }
        transcript.progress(at: 2, 1) { $0.downloadedBytes = 800 }
        #expect(found(.progressRegression, in: transcript).count == 1)
    }

    @Test func `progress-regression: not for a repeat, nor for a new attempt`() {
        var transcript = Transcript("A")
        transcript.offer(at: 0)
        transcript.progress(at: 1, 100)
        transcript.progress(at: 1.5, 100)
        transcript.result(at: 2, ok: false)
        transcript.offer(at: 5)
        transcript.progress(at: 6, 10)
        #expect(found(.progressRegression, in: transcript).isEmpty)
    }

    @Test func `progress-over-100: more than everything`() {
        var transcript = Transcript("A")
        transcript.offer(at: 0)
        transcript.progress(at: 1, 200)
        #expect(found(.progressOver100, in: transcript).first?.text == "progress up to 200 %")
    }

    @Test func `progress-over-100: more bytes than the image has`() {
        var transcript = Transcript("A")
        transcript.offer(at: 0)
        transcript.progress(at: 1, 100) {
            $0.downloadedBytes = 11; $0.totalBytes = 10
        }
        #expect(found(.progressOver100, in: transcript).count == 1)
    }

    @Test func `progress-over-100: not at 100, nor where the size is unknown`() {
        var transcript = Transcript("A")
        transcript.offer(at: 0)
        transcript.progress(at: 1, 100) {
            $0.downloadedBytes = 10; $0.totalBytes = 0
        }
        #expect(found(.progressOver100, in: transcript).isEmpty)
    }

    // MARK: - stall-gap

    @Test func `stall-gap: silence, then it went on`() throws {
        var transcript = Transcript("A")
        transcript.offer(at: 0)
        transcript.accept(at: 1)
        transcript.progress(at: 40, 10)
        transcript.progress(at: 100, 20)
        let finding = try #require(found(.stallGap, in: transcript).first)
        #expect(finding.text == "2 silences of 99.0 s together, the longest 60.0 s")
        #expect(finding.at == Transcript.at(40.002))
    }

    @Test func `stall-gap: not while a download moves, nor for silence at the end`() {
        var transcript = Transcript("A")
        transcript.offer(at: 0)
        transcript.accept(at: 1)
        transcript.fetch(Transcript.url, from: 2, to: 62, bytes: 1_000)
        guard case .transfer(var transfer, _, _)? = transcript.rows.last else { return }
        transfer.samples = (0...6).map { Transfer.Sample(offset: .seconds($0 * 10), bytes: Int64($0) * 100) }
        var moving = Transcript("A")
        moving.offer(at: 0)
        moving.accept(at: 1)
        moving.fetch(transfer)
        #expect(found(.stallGap, in: moving, until: 500).isEmpty)
        #expect(found(.stallGap, in: transcript, until: 500).count == 1)
    }

    // MARK: - downloads

    @Test func `hash-mismatch-measured: the image is not the offered one, though the device is content`()
        throws
    {
        var transcript = Transcript("A")
        transcript.offer(at: 0)
        transcript.fetch(Transcript.url, from: 1, to: 2, bytes: 1_000, sha256: Transcript.otherSHA)
        transcript.result(at: 3, ok: true)
        let finding = try #require(found(.hashMismatchMeasured, in: transcript).first)
        #expect(finding.severity == .error)
        #expect(finding.transferIDs == [2])
        #expect(found(.hashMismatchMeasured, in: .successA()).isEmpty)
    }

    @Test(arguments: [404, 500, nil] as [Int?])
    func `http-error: an error or no answer`(status: Int?) throws {
        var transcript = Transcript("A")
        transcript.offer(at: 0)
        transcript.fetch(Transcript.url, from: 1, to: 2, status: status)
        let finding = try #require(found(.httpError, in: transcript).first)
        #expect(finding.text == (status.map { "HTTP \($0)" } ?? "no HTTP response") + " for /fw/x.bin")
    }

    @Test func `http-error: not for success, redirect or a gap in the capture`() {
        var transcript = Transcript.successA()
        transcript.fetch(Transcript.url, from: 0.15, to: 0.16, status: 302) { $0.location = "/elsewhere" }
        transcript.fetch(Transcript.url, from: 0.17, to: 0.18, status: nil) { $0.end = .gap }
        transcript.fetch(Transcript.url, from: 0.19, to: 0.2, status: nil) { $0.end = .open }
        #expect(found(.httpError, in: transcript).isEmpty)
    }

    @Test func `truncated-fetch: a body cut short, by close or by reset`() {
        var transcript = Transcript("A")
        transcript.offer(at: 0)
        for (at, end) in [(1.0, Exchange.End.truncated), (2, .reset)] {
            transcript.fetch(Transcript.url, from: at, to: at + 0.5, bytes: 81_920) {
                $0.contentLength = 135_120
                $0.end = end
            }
        }
        #expect(
            found(.truncatedFetch, in: transcript).map(\.text) == [
                "connection closed at 81 920 of 135 120 bytes", "connection reset at 81 920 of 135 120 bytes",
            ]
        )
        #expect(found(.truncatedFetch, in: .successA()).isEmpty)
    }

    // MARK: - invalid-payload

    @Test func `invalid-payload: an unreadable message while a session is open`() throws {
        var transcript = Transcript("A")
        transcript.offer(at: 0)
        transcript.say(.unknown, at: 1) { $0.reason = "field progress is text" }
        let finding = try #require(found(.invalidPayload, in: transcript).first)
        #expect(finding.messageIDs == [2])
        #expect(try transcript.session().state == .offered)
    }

    @Test func `invalid-payload: not blamed on a session that is over`() {
        var transcript = Transcript.successA()
        transcript.say(.unknown, at: 3)
        let notebook = transcript.play(transcript.rows)
        #expect(notebook.sessions.first?.worries.isEmpty == true)
        #expect(notebook.findings.map(\.code) == [.invalidPayload])
    }

    @Test func `holds a bounded number of findings of one kind`() {
        var transcript = Transcript("A")
        transcript.offer(at: 0)
        for number in 0..<100 { transcript.say(.unknown, at: 1 + Double(number) / 10) }
        #expect(found(.invalidPayload, in: transcript).count == 16)
    }
}
