// Images in pieces over MQTT.

import Dialects
import Sessions
import Testing
import Traffic

struct ChunksTests {
    /// An offer of 1 000 bytes and the pieces of 100 bytes with these indices, half a second apart from second 1.
    private static func transcript(_ indices: [Int64], size: Int64 = 100) -> Transcript {
        var transcript = Transcript("A")
        transcript.offer(at: 0, url: nil)
        for (place, index) in indices.enumerated() {
            transcript.say(.chunk, at: 1 + Double(place) / 2) {
                $0.chunkIndex = index
                $0.chunkBytes = size
            }
        }
        return transcript
    }

    @Test func `measures an image by its pieces`() throws {
        var transcript = Self.transcript(Array(0..<10))
        #expect(try transcript.session().state == .transferring)
        transcript.result(at: 9, ok: true)
        let session = try transcript.session()
        #expect(session.outcome == .ok)
        #expect(session.carrier == .mqtt)
        #expect(session.chunkCount == 10)
        #expect(session.measuredBytes == 1_000)
        #expect(session.measuredDuration == .milliseconds(4_500))
        #expect(session.transferStartedAt == Transcript.at(1.002))
        #expect(session.transferEndedAt == Transcript.at(5.502))
        #expect(session.transferCount == 0)
        #expect(session.claimedPercent == nil)
    }

    @Test func `counts a piece that comes again once, and a request for one not at all`() throws {
        var transcript = Self.transcript([0, 1, 1, 0, 2])
        transcript.say(.chunk, at: 20) { $0.chunkIndex = 3 }
        let session = try transcript.session()
        #expect(session.chunkCount == 3)
        #expect(session.measuredBytes == 300)
    }

    @Test func `says that all came and no result followed`() throws {
        let session = try Self.transcript(Array(1...10)).session(until: 700)
        #expect(session.failureClass == .resultMissing)
        #expect(session.failureEvidence == "all 1 000 bytes came, and no result followed")
    }

    @Test func `blames a piece that never came`() throws {
        var transcript = Self.transcript([0, 1, 3, 4])
        transcript.result(at: 4, ok: false, code: "FAILED")
        let session = try transcript.session()
        #expect(session.failureClass == .truncated)
        #expect(
            session.failureEvidence
                == "piece 2 never came: 400 of 1 000 bytes over MQTT, then the device reported FAILED"
        )
    }

    @Test(arguments: [(4.0, FailureClass.truncated), (60, .stalled)])
    func `tells an image that ended early from one that stalled`(seconds: Double, failure: FailureClass)
        throws
    {
        var transcript = Self.transcript([0, 1, 2, 3])
        transcript.result(at: seconds, ok: false, code: "FAILED")
        let session = try transcript.session()
        #expect(session.failureClass == failure)
        #expect(session.failureSource == .measured)
        #expect(session.failureEvidence?.contains("stalled at 40 %") == (failure == .stalled))
    }

    @Test func `blames pieces that hold more than was offered`() throws {
        var transcript = Self.transcript([0, 1, 2], size: 500)
        transcript.result(at: 4, ok: false, code: "FAILED")
        #expect(try transcript.session().failureClass == .sizeMismatch)
    }

    @Test(arguments: [1, 3, 1_000])
    func `counts pieces of messages that are no longer held`(step: Int) throws {
        var transcript = Self.transcript(Array(0..<500), size: 2)
        transcript.result(at: 400, ok: true)
        let notebook = transcript.play(
            transcript.rows,
            step: step,
            limits: TrackerLimits(messagesPerDevice: 32)
        )
        let session = try #require(notebook.sessions.first)
        #expect(session.chunkCount == 500)
        #expect(session.measuredBytes == 1_000)
        #expect(session.measuredDuration == .milliseconds(249_500))
    }

    @Test func `tells nothing of holes once there are too many of them`() throws {
        let odd = (0..<400).map { Int64($0 * 2) }
        var transcript = Self.transcript(odd, size: 1)
        transcript.result(at: 300, ok: false, code: "FAILED")
        let session = try transcript.session()
        #expect(session.measuredBytes ?? 0 <= 400)
        #expect(session.failureEvidence?.contains("never came") == false)
    }
}
