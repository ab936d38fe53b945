// Offers, dialects.md §7, 5–7, 42 and 46: what raises a finding, and what only nearly does.

import Dialects
import Sessions
import Testing
import Traffic

struct OfferFindingsTests {
    @Test func `duplicate-offer: the same command offered again before its end`() throws {
        var transcript = Transcript("A")
        transcript.offer(at: 0)
        transcript.offer(at: 3)
        let finding = try #require(found(.duplicateOffer, in: transcript).first)
        #expect(finding.messageIDs == [1, 2])
        #expect(finding.text == "offered 2 times within 3.0 s before it ended")
    }

    @Test func `duplicate-offer: not for copies, redeliveries and new runs`() {
        var copied = Transcript("A")
        copied.views = [.device, .subscription]
        copied.offer(at: 0)
        #expect(found(.duplicateOffer, in: copied).isEmpty)
        var redelivered = Transcript("A")
        redelivered.offer(at: 0, said: "x", qos: .atLeastOnce, claimed: 0)
        redelivered.offer(at: 3, said: "x", qos: .atLeastOnce, claimed: 0, isRedelivery: true)
        #expect(found(.duplicateOffer, in: redelivered).isEmpty)
        var rerun = Transcript.successA()
        rerun.offer(at: 10)
        #expect(found(.duplicateOffer, in: rerun).isEmpty)
    }

    @Test func `ignored-offer: offered beside another upgrade and never answered`() throws {
        var transcript = Transcript("A")
        transcript.offer(at: 0)
        transcript.accept(at: 0.5)
        transcript.progress(at: 1, 10)
        transcript.offer(at: 2, id: "c2", version: "3.0")
        transcript.progress(at: 3, 20)
        let finding = try #require(found(.ignoredOffer, in: transcript, until: 20).first)
        #expect(finding.messageIDs == [4, 1])
        #expect(found(.ignoredOffer, in: transcript, until: 11).isEmpty)
        transcript.accept(at: 4, id: "c2")
        #expect(found(.ignoredOffer, in: transcript, until: 20).isEmpty)
    }

    @Test func `rerun-same-id: a second run under an ended id`() {
        var transcript = Transcript.successA()
        transcript.offer(at: 10)
        #expect(found(.rerunSameID, in: transcript).isEmpty)
        transcript.accept(at: 11)
        transcript.result(at: 12, ok: true)
        #expect(
            found(.rerunSameID, in: transcript).map(\.text) == [
                "the device ran the same command again: run 2"
            ]
        )
    }

    @Test(
        arguments: [
            ("http://h/x.bin", Transcript.digest, "the image is offered with plain http"),
            (
                "https://h/x.bin", DeclaredDigest(algorithm: "md5", hex: "00", verbatim: "00"),
                "the image is offered with an MD5 digest only"
            ), ("https://h/x.bin", nil, "the image is offered with no digest"),
            ("https://h/x.bin", Transcript.digest, nil),
        ] as [(String, DeclaredDigest?, String?)]
    )
    func `plaintext-artifact: plain http, MD5 only or no digest`(
        url: String,
        digest: DeclaredDigest?,
        text: String?
    ) {
        var transcript = Transcript("A")
        transcript.offer(at: 0, url: url, digest: digest)
        #expect(found(.plaintextArtifact, in: transcript).map(\.text) == [text].compactMap(\.self))
    }

    @Test(
        arguments: [
            ("2.0", "2.0", Anomaly.Severity.warning), ("2.10", "2.9", .notice), ("v2.0.1", "2.0", .notice),
            ("2.9", "2.10", nil), ("b", "a", nil), ("2.0", "2.0.0", nil),
        ] as [(String, String, Anomaly.Severity?)]
    )
    func `not-an-upgrade: the same version, or an older one where numbers tell`(
        old: String,
        new: String,
        severity: Anomaly.Severity?
    ) {
        var transcript = Transcript("B")
        transcript.version(at: -10, old)
        transcript.offer(at: 0, version: new)
        #expect(found(.notAnUpgrade, in: transcript).map(\.severity) == [severity].compactMap(\.self))
    }
}
