// Why a session failed: measured first, then claimed, then silence.

import Dialects
import Sessions
import Testing
import Traffic

struct FailureTests {
    private static let failed = (code: "FAILED", reason: "no luck")

    /// An accepted offer, a download, and the device's report of a failure.
    private static func failure(
        claims: FailureClass? = nil,
        at seconds: Double = 5,
        socketTimeout: Duration? = nil,
        _ fetch: (inout Transcript) -> Void
    ) throws -> Session {
        var transcript = Transcript("A")
        transcript.offer(at: 0) { $0.socketTimeout = socketTimeout }
        transcript.accept(at: 0.1)
        fetch(&transcript)
        transcript.result(at: seconds, ok: false, code: failed.code, claims: claims)
        return try transcript.session()
    }

    /// A download cut at 400 of 1 000 bytes, silent for `silence` seconds before its end.
    private static func cut(silence: Double, from start: Double = 1) -> Transfer {
        var transcript = Transcript("A")
        transcript.fetch(Transcript.url, from: start, to: start + silence, bytes: 400) {
            $0.contentLength = 1_000
            $0.end = .truncated
        }
        guard case .transfer(var transfer, _, _)? = transcript.rows.first else {
            preconditionFailure("one row")
        }
        transfer.samples = [Transfer.Sample(offset: .zero, bytes: 400)]
        return transfer
    }

    // MARK: - Measured

    @Test func `blames the status of the download, whatever the device says`() throws {
        let session = try Self.failure(claims: .hashMismatch) {
            $0.fetch(Transcript.url, from: 1, to: 2, status: 404)
        }
        #expect(session.failureClass == .httpError)
        #expect(session.failureSource == .measured)
        #expect(session.failureEvidence == "HTTP 404 for /fw/x.bin, then the device reported FAILED")
        #expect(session.claimedFailure == .hashMismatch)
    }

    @Test func `blames a server that never answers, for as long as the device waited`() throws {
        let session = try Self.failure(claims: .timedOut) {
            $0.fetch(Transcript.url, from: 1, to: 4, status: nil)
        }
        #expect(session.failureClass == .timedOut)
        #expect(session.failureSource == .measured)
        #expect(session.state == .timedOut)
        #expect(
            session.failureEvidence
                == "no HTTP response for /fw/x.bin within 4.0 s, then the device reported FAILED"
        )
    }

    @Test func `blames a cut body`() throws {
        let session = try Self.failure { $0.fetch(Self.cut(silence: 0)) }
        #expect(session.failureClass == .truncated)
        #expect(session.failureEvidence == "body cut at 400 of 1 000 bytes, then the device reported FAILED")
    }

    @Test(
        arguments: [
            (2.0, nil, FailureClass.truncated), (31.0, nil, .stalled), (2.0, 2, .stalled),
            (1.5, 2, .truncated),
        ]
            as [(Double, Int?, FailureClass)]
    )
    func `blames a stall when the cut came after the device's patience`(
        silence: Double,
        limit: Int?,
        failure: FailureClass
    ) throws {
        let session = try Self.failure(at: 40, socketTimeout: limit.map { .seconds($0) }) {
            $0.fetch(Self.cut(silence: silence))
        }
        #expect(session.failureClass == failure)
        #expect(session.failureSource == .measured)
    }

    @Test func `believes a device that waited when the capture ends at the last byte`() throws {
        let session = try Self.failure(claims: .stalled, at: 40) { $0.fetch(Self.cut(silence: 0)) }
        #expect(session.failureClass == .stalled)
        #expect(
            session.failureEvidence
                == "stalled at 40 %: no byte for 39.0 s after 400 of 1 000 bytes, then the device reported FAILED"
        )
    }

    @Test func `blames a size that is not the declared one`() throws {
        let session = try Self.failure {
            $0.fetch(Transcript.url, from: 1, to: 2, bytes: 135_120, sha256: Transcript.otherSHA)
        }
        #expect(session.failureClass == .sizeMismatch)
        #expect(
            session.failureEvidence
                == "the image has 135 120 bytes, not the offered 1 000, then the device reported FAILED"
        )
    }

    @Test func `blames a digest that is not the declared one`() throws {
        let session = try Self.failure {
            $0.fetch(Transcript.url, from: 1, to: 2, bytes: 1_000, sha256: Transcript.otherSHA)
        }
        #expect(session.failureClass == .hashMismatch)
        #expect(session.failureSource == .measured)
        #expect(
            session.failureEvidence
                == "the body's SHA-256 ab389682… is not the offered 9f86d081…, then the device reported FAILED"
        )
    }

    @Test func `blames a pause that the device does not wait out, though the body came whole`() throws {
        let session = try Self.failure(at: 20, socketTimeout: .seconds(3)) {
            var transfer = Self.cut(silence: 9)
            transfer.exchange.bodyBytes = 1_000
            transfer.exchange.end = .complete
            transfer.samples.append(Transfer.Sample(offset: .seconds(9), bytes: 1_000))
            transfer.sha256 = Transcript.sha
            $0.fetch(transfer)
        }
        #expect(session.failureClass == .stalled)
        #expect(
            session.failureEvidence
                == "stalled at 40 %: no byte for 9.0 s after 400 bytes, then the device reported FAILED"
        )
    }

    @Test func `blames the last of several downloads`() throws {
        let session = try Self.failure {
            $0.fetch(Transcript.url, from: 1, to: 2, status: 503)
            $0.fetch(Self.cut(silence: 0, from: 3))
        }
        #expect(session.failureClass == .truncated)
    }

    @Test func `finds no cause in a success`() throws {
        var transcript = Transcript("A")
        transcript.offer(at: 0, size: 2_000)
        transcript.fetch(Transcript.url, from: 1, to: 2, status: 404)
        transcript.fetch(Transcript.url, from: 2, to: 3, bytes: 1_000, sha256: Transcript.sha)
        transcript.result(at: 4, ok: true)
        let session = try transcript.session()
        #expect(session.failureClass == nil)
        #expect(session.failureSource == nil)
        #expect(session.failureEvidence == nil)
    }

    // MARK: - Claimed

    @Test(
        arguments: [
            (FailureClass.hashMismatch, .hashMismatch, ", though the image has the offered digest"),
            (nil, .other, ""),
        ]
            as [(FailureClass?, FailureClass, String)]
    )
    func `believes the device where the wire shows nothing`(
        claims: FailureClass?,
        failure: FailureClass,
        addition: String
    ) throws {
        let session = try Self.failure(claims: claims) { $0.fetchWhole(from: 1, to: 2) }
        #expect(session.failureClass == failure)
        #expect(session.failureSource == .claimed)
        #expect(session.failureEvidence == "the device reported FAILED" + addition)
    }

    @Test(arguments: ["TIMEOUT", "TIME_OUT", "timed_out"])
    func `reads a time-out from the code`(code: String) throws {
        var transcript = Transcript("A")
        transcript.offer(at: 0)
        transcript.result(at: 9, ok: false, code: code)
        let session = try transcript.session()
        #expect(session.state == .timedOut)
        #expect(session.failureClass == .timedOut)
    }

    @Test func `keeps a refusal and its words`() throws {
        var transcript = Transcript("B")
        transcript.offer(at: 0, id: "m1")
        transcript.say(.reject, at: 1, id: "m1") {
            $0.code = "SYSTEM_BUSY"
            $0.reason = "later"
        }
        let session = try transcript.session()
        #expect(session.state == .rejected)
        #expect(session.failureClass == .rejected)
        #expect(session.failureSource == .claimed)
        #expect(session.failureEvidence == "the device refused SYSTEM_BUSY: later")
    }

    // MARK: - Silence

    @Test func `says that an offer was never answered, and for how long the platform waits`() throws {
        var transcript = Transcript("B")
        transcript.offer(at: 0, id: "m1") { $0.ackTimeout = .seconds(25) }
        let session = try transcript.session(until: 700)
        #expect(session.failureClass == .notAcked)
        #expect(session.failureSource == .silence)
        #expect(session.failureEvidence == "no answer to the offer within 25.0 s, nor later")
    }

    @Test(arguments: [(true, FailureClass.ackedNoRequest), (false, .other)])
    func `says that nothing was requested only where the recording sees HTTP`(
        seesHTTP: Bool,
        failure: FailureClass
    ) throws {
        var transcript = Transcript("A")
        transcript.offer(at: 0)
        transcript.accept(at: 0.1)
        if seesHTTP { transcript.fetch("http://fw.example/elsewhere", from: 1, to: 2, recordingID: 1) }
        let session = try transcript.session(until: 700)
        #expect(session.failureClass == failure)
        #expect(session.failureSource == .silence)
    }

    @Test func `says that nothing was requested when the device's own words name no cause`() throws {
        let session = try Self.failure {
            $0.fetch("http://fw.example/elsewhere", from: 1, to: 2, recordingID: 1)
        }
        #expect(session.failureClass == .ackedNoRequest)
        #expect(session.failureEvidence == "the device reported FAILED, and the image was never requested")
    }

    @Test func `says that a result is missing after a whole download`() throws {
        var transcript = Transcript("A")
        transcript.offer(at: 0)
        transcript.accept(at: 0.1)
        transcript.fetchWhole(from: 1, to: 2)
        let session = try transcript.session(until: 700)
        #expect(session.failureClass == .resultMissing)
        #expect(session.failureEvidence == "all 1 000 bytes came, and no result followed")
    }

    @Test(arguments: [(100.0, FailureClass.hundredPercentWithoutResult), (46, .stalled)])
    func `reads silence after claimed progress`(percent: Double, failure: FailureClass) throws {
        var transcript = Transcript("A")
        transcript.offer(at: 0)
        transcript.progress(at: 1, percent)
        let session = try transcript.session(until: 700)
        #expect(session.failureClass == failure)
        #expect(session.failureSource == .silence)
    }

    @Test func `blames the download also when no result followed`() throws {
        var transcript = Transcript("A")
        transcript.offer(at: 0)
        transcript.accept(at: 0.1)
        transcript.fetch(Transcript.url, from: 1, to: 2, status: 403)
        let session = try transcript.session(until: 700)
        #expect(session.failureClass == .httpError)
        #expect(session.failureEvidence == "HTTP 403 for /fw/x.bin, and no result followed")
    }

    @Test func `does not hold a gap in the capture against anybody`() throws {
        var transcript = Transcript("A")
        transcript.offer(at: 0)
        transcript.accept(at: 0.1)
        transcript.fetch(Transcript.url, from: 1, to: 2, bytes: 500) {
            $0.contentLength = 1_000
            $0.end = .gap
            $0.missingBytes = 500
        }
        let session = try transcript.session(until: 700)
        #expect(session.failureClass == .recordingIncomplete)
        #expect(session.anomalies.allSatisfy { $0.code != .truncatedFetch })
    }
}
