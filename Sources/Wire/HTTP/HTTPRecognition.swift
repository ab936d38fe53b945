// Tells HTTP/1 by its bytes. RFC 9112 §3 and §4.

/// Judges whether bytes begin with an HTTP/1 message.
enum HTTPRecognition {
    /// The judgement.
    enum Verdict: Hashable {
        case request, response, no
        /// They might, when more has arrived.
        case maybe
    }

    private static var methods: [StaticString] {
        [
            "GET ", "HEAD ", "POST ", "PUT ", "DELETE ", "OPTIONS ", "PATCH ", "TRACE ", "CONNECT ",
            "PROPFIND ",
        ]
    }

    /// Judges the first bytes of a chunk.
    static func judge(_ bytes: RawSpan) -> Verdict {
        switch match(bytes, "HTTP/1.") {
        case .request: return .response
        case .maybe: return .maybe
        default: break
        }
        for method in methods {
            let verdict = match(bytes, method)
            if verdict != .no { return verdict }
        }
        return .no
    }

    /// `request` for the whole text, `maybe` for a beginning of it.
    private static func match(_ bytes: RawSpan, _ text: StaticString) -> Verdict {
        let count = min(bytes.byteCount, text.utf8CodeUnitCount)
        for index in 0..<count where unsafe bytes.byte(at: index) != text.utf8Start[index] { return .no }
        return count == text.utf8CodeUnitCount ? .request : .maybe
    }
}
