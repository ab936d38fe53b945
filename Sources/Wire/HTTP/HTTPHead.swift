// The head of an HTTP/1 message: start line and the fields that matter here. RFC 9112 §2–§6.

import Traffic

/// What the head of a request or a response says.
struct HTTPHead: Hashable {
    /// How the length of a body is told (RFC 9112 §6).
    enum Framing: Hashable {
        /// By Content-Length.
        case length(Int64)
        /// By the chunked coding.
        case chunked
        /// A response's: up to the close. A request's: no body.
        case none
    }

    /// The first line.
    enum StartLine: Hashable {
        case request(method: String, target: String)
        case response(status: Int)
    }

    /// The first line.
    var startLine: StartLine
    /// How the body is framed, before method and status are considered.
    var framing = Framing.none
    /// Host.
    var host: String?
    /// Range.
    var range: String?
    /// Content-Range.
    var contentRange: String?
    /// Location.
    var location: String?
    /// Content-Encoding.
    var contentEncoding: String?
    /// Whether Upgrade names WebSocket (RFC 6455 §4.1).
    var asksForWebSocket = false
    /// Sec-WebSocket-Protocol.
    var webSocketProtocol: String?

    /// The Content-Length that counts: one valid value, perhaps repeated (RFC 9112 §6.3).
    var contentLength: Int64?
    private var isLengthInvalid = false
    private var isTransferCoded = false

    /// Reads a whole head, empty line included.
    ///
    /// - Returns: The head; `nil` when the first line is not HTTP/1's.
    static func read(_ bytes: RawSpan) -> HTTPHead? {
        var start = 0
        guard let first = line(in: bytes, from: &start), let startLine = startLine(bytes, first) else {
            return nil
        }
        var head = HTTPHead(startLine: startLine)
        while let field = line(in: bytes, from: &start), !field.isEmpty { head.readField(bytes, field) }
        if head.isLengthInvalid { head.contentLength = nil }
        if !head.isTransferCoded, let length = head.contentLength { head.framing = .length(length) }
        return head
    }

    /// The next line without its end; moves behind it.
    private static func line(in bytes: RawSpan, from start: inout Int) -> Range<Int>? {
        guard let end = bytes.first(UInt8(ascii: "\n"), in: start..<bytes.byteCount) else { return nil }
        let hasReturn = end > start && bytes.byte(at: end - 1) == UInt8(ascii: "\r")
        let range = start..<(hasReturn ? end - 1 : end)
        start = end + 1
        return range
    }

    private static func startLine(_ bytes: RawSpan, _ line: Range<Int>) -> StartLine? {
        guard let space = bytes.first(UInt8(ascii: " "), in: line) else { return nil }
        if bytes.holds("HTTP/1.", at: line.lowerBound) {
            guard line.upperBound >= space + 4 else { return nil }
            guard let status = Int(bytes.text(in: space + 1..<space + 4)), (100...999).contains(status) else {
                return nil
            }
            return .response(status: status)
        }
        // The target may hold spaces that a careless client left in it: the version is behind the last one.
        let version = line.upperBound - 9
        guard version > space, bytes.holds(" HTTP/1.", at: version) else { return nil }
        guard bytes.isMethod(in: line.lowerBound..<space) else { return nil }
        return .request(
            method: bytes.text(in: line.lowerBound..<space),
            target: bytes.text(in: space + 1..<version)
        )
    }

    private mutating func readField(_ bytes: RawSpan, _ line: Range<Int>) {
        guard let colon = bytes.first(UInt8(ascii: ":"), in: line) else { return }
        let name = bytes.extracting(line.lowerBound..<colon)
        func value() -> String { bytes.trimmedText(in: colon + 1..<line.upperBound) }
        switch name.byteCount {
        case 4 where name.isField("host"): host = host ?? value()
        case 5 where name.isField("range"): range = value()
        case 7 where name.isField("upgrade"): asksForWebSocket = value().lowercased().contains("websocket")
        case 8 where name.isField("location"): location = value()
        case 13 where name.isField("content-range"): contentRange = value()
        case 14 where name.isField("content-length"): readLength(value())
        case 16 where name.isField("content-encoding"): contentEncoding = value()
        case 17 where name.isField("transfer-encoding"): readCoding(value())
        case 22 where name.isField("sec-websocket-protocol"): webSocketProtocol = value()
        default: break
        }
    }

    /// Several equal values are one; different or malformed ones are none.
    private mutating func readLength(_ text: String) {
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let digits = part.drop { $0 == " " }
            let isNumber = !digits.isEmpty && digits.utf8.allSatisfy { (0x30...0x39).contains($0) }
            guard isNumber, let value = Int64(digits), contentLength == nil || contentLength == value else {
                isLengthInvalid = true
                return
            }
            contentLength = value
        }
    }

    private mutating func readCoding(_ text: String) {
        let last = text.split(separator: ",").last.map { $0.drop { $0 == " " }.lowercased() }
        guard let last, last != "identity" else { return }
        isTransferCoded = true
        framing = last == "chunked" ? .chunked : .none
    }
}

extension RawSpan {
    /// Whether these bytes are a field name, given in lower case; names are compared without case.
    fileprivate func isField(_ name: StaticString) -> Bool {
        for index in 0..<byteCount where unsafe byte(at: index) | 0x20 != name.utf8Start[index] | 0x20 {
            return false
        }
        return true
    }

    /// Whether a range is a method: capital letters, `-` and `_` (RFC 9110 §9.1 allows more; nobody uses it).
    fileprivate func isMethod(in range: Range<Int>) -> Bool {
        for index in range {
            switch byte(at: index) {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "-"), UInt8(ascii: "_"): continue
            default: return false
            }
        }
        return !range.isEmpty
    }

    /// Text without the white space around it.
    fileprivate func trimmedText(in range: Range<Int>) -> String {
        var (start, end) = (range.lowerBound, range.upperBound)
        while start < end, byte(at: start) == 0x20 || byte(at: start) == 0x09 { start += 1 }
        while end > start, byte(at: end - 1) == 0x20 || byte(at: end - 1) == 0x09 { end -= 1 }
        return text(in: start..<end)
    }
}
