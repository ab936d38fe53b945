// Bodies, framed in all ways.

import Testing

@testable import Wire

/// Runs a body over chunks; gives the body's text and what stopped it.
private func run(_ body: inout HTTPBody, _ chunks: [String]) -> (
    text: String, last: HTTPBody.Step, rest: String
) {
    var text = ""
    for (index, chunk) in chunks.enumerated() {
        let bytes = Array(chunk.utf8)
        var position = 0
        scan: while true {
            let step = body.next(in: bytes.span.bytes, at: &position)
            switch step {
            case .bytes(let range): text += String(decoding: bytes[range], as: UTF8.self)
            case .needsMore: break scan
            case .ended, .broken:
                let rest = String(decoding: bytes[position...], as: UTF8.self)
                return (text, step, rest + chunks[(index + 1)...].joined())
            }
        }
    }
    return (text, .needsMore, "")
}

private let chunked = "4;name=value\r\nWiki\r\n5\r\npedia\r\n00\r\nTrailer: x\r\n\r\n"

@Test func `counts a body of known length and leaves the rest`() {
    var body = HTTPBody(.length(5), isResponse: true)
    let result = run(&body, ["abc", "defg"])
    #expect(result == ("abcde", .ended, "fg"))
}

@Test func `de-chunks for every split into two`() {
    let stream = Array(chunked) + "next"
    for split in 0...stream.count {
        var body = HTTPBody(.chunked, isResponse: true)
        let result = run(&body, [String(stream[..<split]), String(stream[split...])])
        #expect(result == ("Wikipedia", .ended, "next"), "split at \(split)")
    }
}

@Test(arguments: ["zz\r\n", "\r\n", "3\r\nabcX", "fffffffffffffffff\r\n"])
func `says when chunks are none`(text: String) {
    var body = HTTPBody(.chunked, isResponse: true)
    #expect(run(&body, [text]).last == .broken)
}

@Test func `takes all bytes of a body that ends with the close`() {
    var body = HTTPBody(.none, isResponse: true)
    #expect(body.endsWithClose)
    #expect(run(&body, ["abc", "def"]).text == "abcdef")
}

@Test func `knows that a request without framing has no body`() {
    var body = HTTPBody(.none, isResponse: false)
    #expect(run(&body, ["GET"]) == ("", .ended, "GET"))
}

@Test func `keeps its place over a gap inside counted bytes`() {
    var body = HTTPBody(.length(10), isResponse: true)
    #expect(run(&body, ["abc"]).text == "abc")
    #expect(body.skipGap(of: 4) == (4, true))
    #expect(run(&body, ["hijk"]) == ("hij", .ended, "k"))
}

@Test func `loses its place when a gap reaches beyond the body`() {
    var body = HTTPBody(.length(10), isResponse: true)
    #expect(body.skipGap(of: 11) == (10, false))
    var chunks = HTTPBody(.chunked, isResponse: true)
    _ = run(&chunks, ["5\r\nab"])
    #expect(chunks.skipGap(of: 2) == (2, true))
    #expect(chunks.skipGap(of: 2) == (2, false))
}
