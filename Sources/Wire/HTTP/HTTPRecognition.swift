// Tells HTTP/1 by its bytes. RFC 9112 §3 and §4.

/// Judges whether bytes begin with an HTTP/1 message.
enum HTTPRecognition {
    /// The judgement.
    enum Verdict: Hashable {
        case request, response, no
        /// They might, when more has arrived.
        case maybe
    }

    /// Bytes that show whether a message begins: the longest registered method with a space (RFC 9110 §18.2).
    static let reach = 20

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

    /// Whether bytes can be the beginning of a response.
    static func maybeResponse(_ bytes: RawSpan) -> Bool { match(bytes, "HTTP/1.") != .no }

    /// Whether bytes can be the beginning of a request with any method.
    static func maybeRequest(_ bytes: RawSpan) -> Bool {
        guard let space = bytes.first(UInt8(ascii: " "), in: 0..<bytes.byteCount) else {
            return bytes.byteCount < reach && bytes.isMethod(in: 0..<bytes.byteCount)
        }
        return bytes.isMethod(in: 0..<space)
    }

    /// `request` for the whole text, `maybe` for a beginning of it.
    private static func match(_ bytes: RawSpan, _ text: StaticString) -> Verdict {
        let count = min(bytes.byteCount, text.utf8CodeUnitCount)
        for index in 0..<count where unsafe bytes.byte(at: index) != text.utf8Start[index] { return .no }
        return count == text.utf8CodeUnitCount ? .request : .maybe
    }
}

extension RawSpan {
    /// Whether a range is a method: capital letters, `-` and `_` (RFC 9110 §9.1 allows more; nobody uses it).
    func isMethod(in range: Range<Int>) -> Bool {
        for index in range {
            switch byte(at: index) {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "-"), UInt8(ascii: "_"): continue
            default: return false
            }
        }
        return !range.isEmpty
    }
}
