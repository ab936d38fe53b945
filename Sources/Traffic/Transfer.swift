// The measured download: an HTTP exchange with the digests and the rate curve of its body.

/// One HTTP download, measured.
public struct Transfer: Hashable, Sendable {
    /// How we know of it.
    public enum Evidence: String, Hashable, Sendable, CaseIterable {
        /// Reassembled from captured packets.
        case wire
        /// Reported by our own firmware host, which served it.
        case served
    }

    /// How decoding a content-coded body went (RFC 9110 §8.4).
    public enum Decoding: String, Hashable, Sendable, CaseIterable {
        /// All of the content was decoded, its check value included.
        case complete
        /// The coded content does not begin or does not end in what was seen of it.
        case cut
        /// The bytes are not of the coding that the response names.
        case damaged
        /// Decoding was given up at a bound: size, ratio, or bodies decoded at once.
        case limited
        /// The coding is none that is decoded here, or there are several.
        case unsupported
    }

    /// The request and its response.
    public var exchange: Exchange
    /// How we know of it.
    public var evidence: Evidence
    /// SHA-256 of the body bytes seen, lower-case hex; `nil` when there was no body or bytes are missing.
    public var sha256: String?
    /// MD5 of the body bytes seen, lower-case hex; `nil` when there was no body or bytes are missing.
    public var md5: String?
    /// How decoding the body went; `nil` for a body without a content coding, and for no body.
    public var decoding: Decoding?
    /// Bytes of the decoded body, as far as it was decoded; `nil` when nothing was decoded.
    public var decodedBytes: Int64?
    /// SHA-256 of the decoded body, lower-case hex; only with `decoding == .complete`.
    public var decodedSHA256: String?
    /// MD5 of the decoded body, lower-case hex; only with `decoding == .complete`.
    public var decodedMD5: String?
    /// The file that this transfer is a part of, as it stood when the transfer ended; `nil` for one that carried a
    /// whole file alone, or none.
    public var assembly: DownloadAssembly?
    /// The rate curve: cumulative bytes over time, ascending, at most `RateCurve.limit` points.
    public var samples: [Sample]

    /// A point of the rate curve.
    public struct Sample: Hashable, Sendable {
        /// Time since the response's first byte.
        public var offset: Duration
        /// Body bytes seen by then.
        public var bytes: Int64

        /// A point of the rate curve.
        public init(offset: Duration, bytes: Int64) {
            self.offset = offset
            self.bytes = bytes
        }
    }

    /// Joins an exchange with what was measured of its body.
    public init(
        exchange: Exchange,
        evidence: Evidence,
        sha256: String? = nil,
        md5: String? = nil,
        samples: [Sample] = []
    ) {
        self.exchange = exchange
        self.evidence = evidence
        self.sha256 = sha256
        self.md5 = md5
        self.samples = samples
    }

    /// From the first byte of the response to the last byte of the body; `nil` when there was no response.
    public var duration: Duration? {
        exchange.respondedAt.map { exchange.endedAt.duration(since: $0) }
    }
}
