// Live offers keep the recorded relation between offer and image.

import Dialects
import Testing
import Traffic

@testable import Replay

struct OfferRewritingTests {
    private static let sha = String(repeating: "12", count: 32)
    private static let md5 = String(repeating: "34", count: 16)
    private let served = ServedImage(
        url: "http://127.0.0.1:8080/fw/a.bin",
        byteCount: 1000,
        digests: ["sha256": sha, "md5": md5]
    )

    private func offer(_ digest: DeclaredDigest? = .recorded, size: Int64? = 1000) -> UpgradeEvent {
        var offer = Recording.event(.offer)
        offer.url = "https://cdn.example/fw/a.bin?Signature=s"
        offer.sizeBytes = size
        offer.digest = digest
        return offer
    }

    private func live(
        _ offer: UpgradeEvent,
        _ digest: ImageRelation.Digest,
        difference: Int64? = 0
    ) -> UpgradeEvent {
        let relation = ImageRelation(byteCount: 1000, sizeDifference: difference, digest: digest)
        return OfferRewriting(relation: relation, image: served).live(offer)
    }

    @Test(arguments: [ImageRelation.Digest.matching, .unknown])
    func `a matching image is offered with its own digest behind the recorded prefix`(
        relation: ImageRelation.Digest
    ) {
        let live = live(offer(), relation)
        #expect(live.url == served.url)
        #expect(live.digest?.hex == Self.sha)
        #expect(live.digest?.verbatim == "sha256:" + Self.sha)
        #expect(live.digest?.algorithm == "sha256")
    }

    @Test func `an image that did not match is offered with a digest of the same form that does not match`() {
        let live = live(offer(), .notMatching)
        #expect(live.digest?.hex != Self.sha)
        #expect(live.digest?.hex.utf8.count == 64)
        #expect(live.digest?.verbatim.hasPrefix("sha256:") == true)
    }

    @Test func `a digest that must not match does not, even when the recorded one would`() {
        let digest = DeclaredDigest(algorithm: "sha256", hex: Self.sha, verbatim: Self.sha.uppercased())
        let live = live(offer(digest), .notMatching)
        #expect(live.digest?.hex == "02" + Self.sha.dropFirst(2))
        #expect(live.digest?.verbatim.utf8.count == 64)
    }

    @Test func `upper-case digits stay upper-case: devices compare letter by letter`() {
        let hex = String(repeating: "AB", count: 16)
        let digest = DeclaredDigest(algorithm: "md5", hex: hex.lowercased(), verbatim: hex)
        let image = ServedImage(url: "u", byteCount: 1, digests: ["md5": "ab" + Self.md5.dropFirst(2)])
        let relation = ImageRelation(byteCount: 1, digest: .matching)
        let live = OfferRewriting(relation: relation, image: image).live(offer(digest))
        #expect(live.digest?.verbatim == "AB" + Self.md5.dropFirst(2))
        #expect(live.digest?.hex == "ab" + Self.md5.dropFirst(2))
    }

    @Test func `a digest without an algorithm is recognised by its length`() {
        let digest = DeclaredDigest(algorithm: "", hex: String(repeating: "c", count: 32), verbatim: "")
        #expect(live(offer(digest), .matching).digest?.hex == Self.md5)
    }

    @Test func `a digest that we cannot compute is offered as recorded`() {
        let digest = DeclaredDigest(algorithm: "sm3", hex: "00", verbatim: "sm3:00")
        #expect(live(offer(digest), .matching).digest == digest)
    }

    @Test(arguments: [(0, 1000), (500, 1500), (-400, 600), (-5000, 0), (Int64.max, Int64.max)])
    func `the offered size keeps its distance from the image`(difference: Int64, size: Int64) {
        #expect(live(offer(), .matching, difference: difference).sizeBytes == size)
    }

    @Test func `what the recorded offer does not state is not stated`() {
        var bare = offer(nil, size: nil)
        bare.url = nil
        let live = live(bare, .matching, difference: nil)
        #expect(live.url == nil && live.sizeBytes == nil && live.digest == nil)
    }
}
