// How the served image relates to what the offer declares. design.md §6, Image.

public import Dialects
public import Sessions
import Traffic

/// The size of the served image, and how offer and image fit together.
///
/// Bodies are hashed, not kept: the recorded bytes cannot be served, the recorded relation can.
public struct ImageRelation: Hashable, Sendable {
    /// Whether the image's digest is the offered one.
    public enum Digest: String, Hashable, Sendable, CaseIterable {
        case matching
        case notMatching = "not-matching"
        /// Nothing tells; the image is offered as if it matched.
        case unknown
    }

    /// Where the relation was read from.
    public enum Source: Hashable, Sendable {
        /// A recorded download.
        case measured
        /// The device's words, or what was concluded from them.
        case claimed(FailureClass)
        /// A claimed success.
        case claimedSuccess
        /// Nothing in the recording.
        case assumed
        /// A setting of the replay.
        case chosen
    }

    /// Bytes of the image to serve.
    public var byteCount: Int64
    /// Offered size − size of the image; `nil` when the offer names no size.
    public var sizeDifference: Int64?
    /// Whether the image's digest is the offered one.
    public var digest: Digest
    /// Algorithm of the offered digest; empty when the offer names none.
    public var algorithm: String
    /// Where the relation was read from.
    public var source: Source

    /// The largest image that is served on the word of an offer alone.
    public static let largestUnmeasured: Int64 = 1 << 30
    /// The image's size when nothing in the recording tells one.
    public static let fallbackByteCount: Int64 = 65536

    /// A relation from its parts.
    public init(
        byteCount: Int64,
        sizeDifference: Int64? = nil,
        digest: Digest,
        algorithm: String = "sha256",
        source: Source = .measured
    ) {
        self.byteCount = byteCount
        self.sizeDifference = sizeDifference
        self.digest = digest
        self.algorithm = algorithm
        self.source = source
    }

    /// Reads the relation of a recorded session, or takes the one that was chosen.
    public init(of trace: SessionTrace, image: ReplaySettings.Image) {
        let session = trace.session
        let declared = session.sizeBytes.flatMap { $0 >= 0 ? $0 : nil }
        self.algorithm = session.digest?.algorithm ?? ""
        switch image {
        case .recorded:
            let size = ImageSize(of: trace)
            (digest, source) = Self.recordedDigest(of: trace, isSizeMeasured: size.isMeasured)
            byteCount = size.byteCount
            sizeDifference = declared.map { $0.subtracting(saturating: size.byteCount) }
        case .good:
            (digest, source) = (.matching, .chosen)
            byteCount =
                declared.map { min($0, Self.largestUnmeasured) }.flatMap { $0 > 0 ? $0 : nil }
                ?? ImageSize(of: trace).byteCount
            sizeDifference = declared.map { _ in 0 }
        case .file(let count):
            (digest, source) = (.matching, .chosen)
            byteCount = max(0, count)
            sizeDifference = declared.map { _ in 0 }
        }
    }

    private static func recordedDigest(of trace: SessionTrace, isSizeMeasured: Bool) -> (Digest, Source) {
        let session = trace.session
        if let isMatching = session.isDigestMatching, isSizeMeasured {
            return (isMatching ? .matching : .notMatching, .measured)
        }
        if session.failureClass == .hashMismatch || session.claimedFailure == .hashMismatch {
            // A body that was cut short fails its digest by the cut, which is played back by itself.
            if trace.transfers.contains(where: { $0.exchange.isCut }) { return (.unknown, .assumed) }
            return (.notMatching, .claimed(.hashMismatch))
        }
        if session.outcome == .ok { return (.matching, .claimedSuccess) }
        return (.unknown, .assumed)
    }

    /// What a person must know about the image, as sentences.
    var notes: [String] {
        var notes: [String] = []
        switch (source, digest) {
        case (.claimed(let failure), _):
            notes.append(
                "No download was measured: that the image does not match its digest is the device's claim (\(failure.rawValue))."
            )
        case (.claimedSuccess, _):
            notes.append(
                "No whole download was measured: that the image matches its digest is the device's claim."
            )
        case (.assumed, _):
            notes.append("Nothing tells whether the image matched its digest: it is offered as matching.")
        default: break
        }
        if !["", "md5", "sha256"].contains(algorithm) {
            notes.append("The offer's digest is \(algorithm), which is offered as recorded.")
        }
        return notes
    }
}
