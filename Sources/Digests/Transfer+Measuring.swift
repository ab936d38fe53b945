// When a body has digests: one rule for what was captured and for what we served.

public import Traffic

extension Transfer {
    /// The transfer that an exchange turned out to be, with what was measured of its body.
    ///
    /// A body with missing bytes has no digests; an empty one has them once it is known to be all there was.
    public init(
        measuring exchange: Exchange,
        evidence: Evidence,
        digests: BodyDigests,
        curve: RateCurve
    ) {
        let hex = exchange.isDigestible ? digests.hex : nil
        self.init(
            exchange: exchange,
            evidence: evidence,
            sha256: hex?.sha256,
            md5: hex?.md5,
            // A curve that began with the head shows nothing when no body came.
            samples: exchange.bodyBytes > 0 ? curve.samples : []
        )
    }
}

private extension Exchange {
    /// Whether the bytes seen are a body, or the seen part of one, without a hole.
    var isDigestible: Bool {
        guard missingBytes == 0 else { return false }
        let isWholeBody = status != nil && end == .complete
        return bodyBytes > 0 || isWholeBody
    }
}
