// Decides how one request is answered; no I/O, no clock.

import Traffic

/// The answer to a request: status, fields, which bytes of the image, and where it is cut.
struct ResponsePlan: Hashable, Sendable {
    /// Status code; `nil` when the request is never answered.
    var status: Int?
    /// Content-Length, when declared.
    var contentLength: Int64?
    /// Content-Range of a partial or refused range.
    var contentRange: String?
    /// Further fields of the offering.
    var fields: [String: String] = [:]
    /// The bytes of the image to send, before any cut.
    var body: Range<Int64> = 0..<0
    /// Number of body bytes after which the connection is cut; `nil` when the body runs to its end.
    var cutAfter: Int64?
    /// How it is cut.
    var cut: NetworkCurve.Cut = .close

    /// The number of body bytes that will be sent.
    var sentByteCount: Int64 { cutAfter ?? Int64(body.count) }

    /// An answer without a body.
    static func empty(_ status: Int?) -> ResponsePlan {
        ResponsePlan(status: status, contentLength: status == nil ? nil : 0)
    }

    /// Plans the answer to a request for `offering` under the conditions of `curve`.
    init(method: String, range: String?, offering: Offering, curve: NetworkCurve) {
        self = .empty(curve.status)
        fields = offering.fields
        guard method == "GET" || method == "HEAD" else {
            self = .empty(405)
            return
        }
        guard let wanted = curve.status else { return }
        // RFC 9110 §15: codes beyond these classes cannot be the final status of a response.
        guard (200...599).contains(wanted) else {
            status = 500
            return
        }
        if wanted == 200 || wanted == 206 { planBody(range: range, offering: offering, curve: curve) }
        if method == "HEAD" { (body, cutAfter) = (0..<0, nil) }
    }

    private init(status: Int?, contentLength: Int64?) {
        self.status = status
        self.contentLength = contentLength
    }

    private mutating func planBody(range: String?, offering: Offering, curve: NetworkCurve) {
        let byteCount = offering.image.byteCount
        switch ByteRange(field: offering.honoursRange ? range : nil, byteCount: byteCount) {
        case .whole:
            (status, body) = (200, 0..<byteCount)
        case .part(let part):
            (status, body) = (206, part)
            contentRange = "bytes \(part.lowerBound)-\(part.upperBound - 1)/\(byteCount)"
        case .unsatisfiable:
            status = 416
            contentRange = "bytes */\(byteCount)"
            return
        }
        declareLength(offering.declaredLength)
        if let cutAfter = curve.cutAfter, cutAfter < Int64(body.count) {
            self.cutAfter = max(0, cutAfter)
            cut = curve.cut
        }
    }

    private mutating func declareLength(_ declared: Offering.DeclaredLength) {
        switch declared {
        case .absent:
            contentLength = nil
        case .body:
            contentLength = Int64(body.count)
        case .bytes(let count):
            let count = max(0, count)
            contentLength = count
            // The client would wait for the rest: a body shorter than declared ends with the connection.
            if count > Int64(body.count) { cutAfter = Int64(body.count) }
            body = body.lowerBound..<body.lowerBound + min(count, Int64(body.count))
        }
    }
}
