// The firmware that the generated rollout offers.

import Digests

/// A small image, as the firmware host serves it and as offers declare it.
struct Artifact {
    /// The image: 2 KiB.
    let body: [UInt8]
    /// The SHA-256 of ``body``.
    let sha256: String
    /// The MD5 of ``body``.
    let md5: String

    /// The image of one seed.
    init(seed: UInt64) {
        var random = SeededGenerator(seed: seed, stream: -1)
        let body = (0..<2_048).map { _ in UInt8.random(in: 0...255, using: &random) }
        var running = BodyDigests()
        unsafe running.receive(body.span.bytes)
        self.body = body
        (sha256, md5) = (running.hex.sha256, running.hex.md5)
    }
}
