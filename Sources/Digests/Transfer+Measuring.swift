// When a body has digests: one rule for what was captured and for what we served.

public import Traffic

extension Transfer {
    /// The transfer that an exchange turned out to be, with what was measured of its body.
    ///
    /// A body with missing bytes has no digests; an empty one has them once it is known to be all there was. The
    /// decoded digests are there only when the coding says itself that it is whole.
    public init(
        measuring exchange: Exchange,
        evidence: Evidence,
        digests: BodyDigests,
        curve: RateCurve,
        decoder: BodyDecoder? = nil
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
        if exchange.bodyBytes > 0, let result = decoder?.result { note(result) }
    }

    private mutating func note(_ result: (decoding: Decoding, bytes: Int64, hex: HexDigests?)) {
        decodedBytes = result.bytes > 0 || result.decoding == .complete ? result.bytes : nil
        // What stands behind a hole in the capture was not decoded as it was sent.
        let isHoled = exchange.missingBytes > 0 && result.decoding != .unsupported
        decoding = isHoled ? .cut : result.decoding
        decodedSHA256 = isHoled ? nil : result.hex?.sha256
        decodedMD5 = isHoled ? nil : result.hex?.md5
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
