// A download that a recording's end goes through: what came after is not known, and nothing is measured of it.

import Dialects
import Sessions
import Testing
import Traffic

struct UnseenEndTests {
    /// An accepted offer, a download that was under way when its recording ended, and the device's word 60 s later.
    private static func failure(
        claims: FailureClass?,
        status: Int?,
        bytes: Int64,
        endingAt end: Double = 2
    ) throws -> Session {
        var transcript = Transcript("A")
        transcript.offer(at: 0)
        transcript.accept(at: 0.1)
        transcript.fetch(Transcript.url, from: 1, to: end, status: status, bytes: bytes, recordingID: 5) {
            $0.contentLength = status == nil ? nil : 1_000
            $0.end = .open
        }
        transcript.result(at: 62, ok: false, code: "FAILED", claims: claims)
        return try transcript.session()
    }

    @Test(arguments: [FailureClass.stalled, .timedOut])
    func `calls a stall claimed that a device tells of when nobody watches any more`(claim: FailureClass)
        throws
    {
        let session = try Self.failure(claims: claim, status: 200, bytes: 400)
        #expect(session.failureClass == claim)
        #expect(session.failureSource == .claimed)
    }

    @Test func `measures the wait for an answer as long as the recording watched`() throws {
        let session = try Self.failure(claims: nil, status: nil, bytes: 0, endingAt: 50)
        #expect(session.failureClass == .timedOut && session.failureSource == .measured)
        #expect(session.failureEvidence?.contains("within 49.0 s") == true, "and no longer")
    }

    @Test func `measures it until the device's word, where the recording went on`() throws {
        let session = try Self.failure(claims: nil, status: nil, bytes: 0, endingAt: 100)
        #expect(session.failureClass == .timedOut && session.failureSource == .measured)
    }

    @Test func `holds a missing answer against nobody that may have come after the recording`() throws {
        let session = try Self.failure(claims: .truncated, status: nil, bytes: 0)
        #expect(session.failureClass == .truncated)
        #expect(session.failureSource == .claimed)
    }

    @Test func `calls the recording incomplete where nothing else is known`() throws {
        var transcript = Transcript("A")
        transcript.offer(at: 0)
        transcript.accept(at: 0.1)
        transcript.fetch(Transcript.url, from: 1, to: 2, status: nil, recordingID: 5) { $0.end = .open }
        let session = try transcript.session(until: 10_000)
        #expect(session.failureClass == .recordingIncomplete)
        #expect(session.failureSource == .silence)
    }
}
