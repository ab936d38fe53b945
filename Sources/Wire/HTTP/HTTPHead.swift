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
    /// If-Range.
    var ifRange: String?
    /// Whether Expect holds `100-continue`.
    var expectsContinue = false
    /// Content-Range.
    var contentRange: String?
    /// Content-Type.
    var contentType: String?
    /// ETag.
    var entityTag: String?
    /// Last-Modified.
    var lastModified: String?
    /// Location.
    var location: String?
    /// Content-Encoding.
    var contentEncoding: String?
    /// Whether Upgrade names WebSocket (RFC 6455 §4.1).
    var asksForWebSocket = false
    /// Sec-WebSocket-Protocol.
    var webSocketProtocol: String?
    /// Transfer-Encoding, all its lines together, when it holds more than the chunked coding.
    var transferEncoding: String?

    /// The Content-Length that counts: one valid value, perhaps repeated (RFC 9112 §6.3).
    var contentLength: Int64?
    private var isLengthInvalid = false
    private var codings: [String] = []

    /// Reads a whole head, empty line included.
    ///
    /// - Returns: The head; `nil` when the first line is not HTTP/1's.
    static func read(_ bytes: RawSpan) -> HTTPHead? {
        var start = 0
        guard let first = line(in: bytes, from: &start), let startLine = startLine(bytes, first) else {
            return nil
        }
        var head = HTTPHead(startLine: startLine)
        // Lines that begin with white space before the first field belong to nothing (RFC 9112 §2.2).
        skipFolds(in: bytes, from: &start)
        while let first = line(in: bytes, from: &start), !first.isEmpty {
            let end = skipFolds(in: bytes, from: &start) ?? first.upperBound
            head.readField(bytes, first.lowerBound..<end)
        }
        head.decideFraming()
        return head
    }

    /// Steps over lines that continue the one before, since they begin with white space (obs-fold, RFC 9112 §5.2).
    ///
    /// - Returns: Where the last of them ends; `nil` when there is none.
    @discardableResult
    private static func skipFolds(in bytes: RawSpan, from start: inout Int) -> Int? {
        var end: Int?
        while start < bytes.byteCount, bytes.isBlank(at: start), let fold = line(in: bytes, from: &start) {
            end = fold.upperBound
        }
        return end
    }

    /// Transfer-Encoding prevails over Content-Length; an invalid length is none (RFC 9112 §6.3).
    private mutating func decideFraming() {
        if isLengthInvalid { contentLength = nil }
        if let last = codings.last {
            framing = last == "chunked" ? .chunked : .none
            if codings != ["chunked"] { transferEncoding = codings.joined(separator: ", ") }
        } else if let contentLength {
            framing = .length(contentLength)
        }
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
        var nameEnd = colon
        // White space before the colon must not be there, and is (RFC 9112 §5.1).
        while nameEnd > line.lowerBound, bytes.isBlank(at: nameEnd - 1) { nameEnd -= 1 }
        let name = bytes.extracting(line.lowerBound..<nameEnd)
        func value() -> String { bytes.fieldValue(in: colon + 1..<line.upperBound) }
        switch name.byteCount {
        case 4 where name.isField("host"): host = host ?? value()
        case 4 where name.isField("etag"): entityTag = value()
        case 5 where name.isField("range"): range = value()
        case 6 where name.isField("expect"): expectsContinue = value().lowercased() == "100-continue"
        case 7 where name.isField("upgrade"): asksForWebSocket = value().lowercased().contains("websocket")
        case 8 where name.isField("location"): location = value()
        case 8 where name.isField("if-range"): ifRange = value()
        case 12 where name.isField("content-type"): contentType = value()
        case 13 where name.isField("content-range"): contentRange = value()
        case 13 where name.isField("last-modified"): lastModified = value()
        case 14 where name.isField("content-length"): readLength(value())
        case 16 where name.isField("content-encoding"): contentEncoding = joined(contentEncoding, value())
        case 17 where name.isField("transfer-encoding"): readCodings(value())
        case 22 where name.isField("sec-websocket-protocol"): webSocketProtocol = value()
        default: break
        }
    }

    /// Lines of one list are one list (RFC 9110 §5.3).
    private func joined(_ former: String?, _ next: String) -> String {
        former.map { $0 + ", " + next } ?? next
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

    private mutating func readCodings(_ text: String) {
        for part in text.split(separator: ",") {
            let coding = part.filter { $0 != " " && $0 != "\t" }.lowercased()
            // Not a coding since RFC 7230, and harmless where a server still says it.
            if !coding.isEmpty, coding != "identity" { codings.append(coding) }
        }
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

    /// Whether a byte is a space or a tab.
    fileprivate func isBlank(at offset: Int) -> Bool { byte(at: offset) == 0x20 || byte(at: offset) == 0x09 }

    /// A field's value without the white space around it; line ends of folds become spaces (RFC 9112 §5.2).
    fileprivate func fieldValue(in range: Range<Int>) -> String {
        var (start, end) = (range.lowerBound, range.upperBound)
        while start < end, byte(at: start) <= 0x20 { start += 1 }
        while end > start, byte(at: end - 1) <= 0x20 { end -= 1 }
        let value = text(in: start..<end)
        guard first(UInt8(ascii: "\n"), in: start..<end) != nil else { return value }
        return value.split { $0 == "\r\n" || $0 == "\n" || $0 == "\r" || $0 == " " || $0 == "\t" }
            .joined(separator: " ")
    }
}
