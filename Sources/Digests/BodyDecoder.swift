// Follows the content of a coded body as its bytes go by: length and digests, never the bytes.

import Synchronization
public import Traffic

/// Decodes one body as it streams past, within bounds.
///
/// Copies share one decoder, so that its owner stays a value without copying zlib's window.
public final class BodyDecoder: Sendable {
    /// Bodies being decoded in this process.
    private static let live = Atomic(0)

    private let inflation: Mutex<BodyInflation>
    private let isCounted: Bool

    /// A decoder for the body of an exchange whose response's head is known; `nil` when its body has no coding.
    public init?(of exchange: Exchange, limits: DecodingLimits = DecodingLimits()) {
        guard let coding = ContentCoding(of: exchange) else { return nil }
        var inflation = BodyInflation(coding, limits: limits)
        // A range is cut out of the coded bytes (RFC 9110 §14.2): only one from the start can be decoded.
        let isLaterPart =
            exchange.status == 206 && exchange.contentRange.flatMap(ContentRange.init)?.first != 0
        if coding == .unsupported {
            inflation.stop(.unsupported)
            isCounted = false
        } else if isLaterPart {
            inflation.stop(.cut)
            isCounted = false
        } else {
            isCounted = true
            let others = Self.live.add(1, ordering: .relaxed).oldValue
            if others >= limits.bodies { inflation.stop(.limited) }
        }
        self.inflation = Mutex(inflation)
    }

    deinit {
        if isCounted { Self.live.subtract(1, ordering: .relaxed) }
    }

    /// Decodes the next piece of the body.
    public func receive(_ bytes: RawSpan) {
        inflation.withLock { $0.receive(bytes) }
    }

    /// What was decoded so far.
    var result: (decoding: Transfer.Decoding, bytes: Int64, hex: HexDigests?) {
        inflation.withLock { state in
            (state.standing, state.decodedBytes, state.standing == .complete ? state.hex : nil)
        }
    }
}
