// How the served image relates to the offer, and what it rests on.

import Dialects
import Sessions
import Testing
import Traffic

@testable import Replay

struct ImageRelationTests {
    private func relation(_ recording: Recording, _ image: ReplaySettings.Image = .recorded) -> ImageRelation
    {
        ImageRelation(of: recording.trace, image: image)
    }

    @Test func `a whole body that matched is measured to match`() {
        let relation = relation(.success())
        #expect(relation == ImageRelation(byteCount: 1000, sizeDifference: 0, digest: .matching))
        #expect(relation.notes == [])
    }

    @Test func `a whole body that did not match is measured not to`() {
        var recording = Recording.success()
        recording.session.isDigestMatching = false
        recording.failed(.hashMismatch)
        #expect(relation(recording).digest == .notMatching)
        #expect(relation(recording).source == .measured)
    }

    @Test func `the difference between offered and real size is kept`() {
        var recording = Recording()
        recording.offer(size: 1500)
        recording.download(from: 100, until: 900)
        #expect(relation(recording).byteCount == 1000)
        #expect(relation(recording).sizeDifference == 500)
    }

    @Test func `a body that was cut tells its size and not its digest`() {
        var recording = Recording()
        recording.offer(size: 1000)
        recording.download(from: 100, until: 900, bytes: 400, contentLength: 1200, end: .truncated)
        recording.session.isDigestMatching = false
        recording.failed(.truncated, claimed: .hashMismatch)
        #expect(relation(recording).byteCount == 1200)
        #expect(relation(recording).digest == .unknown)
    }

    @Test func `a part tells the size of the whole`() throws {
        var recording = Recording()
        recording.offer(size: nil)
        recording.download(from: 100, until: 900, status: 206, bytes: 400, contentLength: 400)
        guard case .transfer(var transfer, let id) = try #require(recording.entries.last) else { return }
        transfer.exchange.contentRange = "bytes 600-999/1000"
        let trace = SessionTrace(session: recording.session, entries: [.transfer(transfer, id: id)])
        #expect(ImageRelation(of: trace, image: .recorded).byteCount == 1000)
        transfer.exchange.contentRange = "bytes 600-999/*"
        let open = SessionTrace(session: recording.session, entries: [.transfer(transfer, id: id)])
        #expect(ImageRelation(of: open, image: .recorded).byteCount == 400)
    }

    @Test func `without a download the device's claim counts and is named as one`() {
        var failed = Recording()
        failed.offer()
        failed.failed(.hashMismatch)
        #expect(relation(failed).digest == .notMatching)
        #expect(relation(failed).source == .claimed(.hashMismatch))
        #expect(relation(failed).notes.contains { $0.contains("device's claim") })

        var succeeded = Recording()
        succeeded.offer()
        succeeded.session.outcome = .ok
        #expect(relation(succeeded).source == .claimedSuccess)
        #expect(relation(succeeded).byteCount == 1000)
    }

    @Test func `a 404 tells nothing about the image and its page is not the image`() {
        var recording = Recording()
        recording.offer()
        recording.download(from: 100, until: 200, status: 404, bytes: 12, contentLength: 12)
        recording.failed(.httpError)
        #expect(relation(recording).byteCount == 1000)
        #expect(relation(recording).digest == .unknown)
        #expect(relation(recording).source == .assumed)
    }

    @Test(arguments: [Int64.max, 1 << 40])
    func `no offer alone makes us serve a mountain`(size: Int64) {
        var recording = Recording()
        recording.offer(size: size)
        #expect(relation(recording).byteCount == ImageRelation.largestUnmeasured)
        #expect(relation(recording).sizeDifference == size - ImageRelation.largestUnmeasured)
        #expect(relation(recording, .good).byteCount == ImageRelation.largestUnmeasured)
    }

    @Test(arguments: [nil, 0, -5] as [Int64?])
    func `an offer without a usable size still has an image`(size: Int64?) {
        var recording = Recording()
        recording.offer(size: size)
        #expect(relation(recording).byteCount == ImageRelation.fallbackByteCount)
    }

    @Test func `a good or a given image matches whatever was recorded`() {
        var recording = Recording()
        recording.offer(size: 1500)
        recording.download(from: 100, until: 900)
        recording.session.isDigestMatching = false
        recording.failed(.hashMismatch)
        let good = relation(recording, .good)
        #expect(good.digest == .matching && good.byteCount == 1500 && good.sizeDifference == 0)
        let given = relation(recording, .file(byteCount: 77))
        #expect(given.digest == .matching && given.byteCount == 77 && given.sizeDifference == 0)
    }
}
