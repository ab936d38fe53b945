// Heads of requests and responses.

import Testing

@testable import Wire

private func read(_ text: String) -> HTTPHead? {
    let bytes = Array(text.utf8)
    return HTTPHead.read(bytes.span.bytes)
}

@Test func `reads a request`() throws {
    let head = try #require(
        read("GET /fw.bin?a=1 HTTP/1.1\r\nhOsT: example.org \r\nRange:bytes=5-\r\nX: y\r\n\r\n")
    )
    #expect(head.startLine == .request(method: "GET", target: "/fw.bin?a=1"))
    #expect(head.host == "example.org")
    #expect(head.range == "bytes=5-")
    #expect(head.framing == .none)
}

@Test func `reads a response`() throws {
    let head = try #require(
        read(
            "HTTP/1.1 206 Partial Content\r\nContent-Length: 10\r\nContent-Range: bytes 5-14/15\r\n"
                + "Content-Encoding: gzip\r\nLocation: /x\r\n\r\n"
        )
    )
    #expect(head.startLine == .response(status: 206))
    #expect(head.framing == .length(10))
    #expect(head.contentRange == "bytes 5-14/15")
    #expect(head.contentEncoding == "gzip")
    #expect(head.location == "/x")
}

@Test func `reads lines that end without a carriage return`() throws {
    #expect(try #require(read("HTTP/1.0 200 OK\nContent-Length: 3\n\n")).framing == .length(3))
}

@Test func `lets chunked prevail over a length`() throws {
    let head = try #require(
        read("HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: gzip, Chunked\r\n\r\n")
    )
    #expect(head.framing == .chunked)
}

@Test(arguments: ["-1", "+5", "0x10", "5 5", "18446744073709551616", "5, 6", "", "5,"])
func `takes no length from a value that is none`(value: String) throws {
    let head = try #require(read("HTTP/1.1 200 OK\r\nContent-Length: \(value)\r\n\r\n"))
    #expect(head.framing == .none)
    #expect(head.contentLength == nil)
}

@Test func `takes one length from equal ones and none from different ones`() throws {
    let equal = try #require(read("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5, 5\r\n\r\n"))
    #expect(equal.framing == .length(5))
    let different = try #require(read("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n"))
    #expect(different.framing == .none)
}

@Test(arguments: [
    "GET /\r\n\r\n", "get / HTTP/1.1\r\n\r\n", "HTTP/1.1 2 OK\r\n\r\n", "HTTP/1.1\r\n\r\n", "\u{1}\n\n",
])
func `refuses what is not HTTP/1`(text: String) {
    #expect(read(text) == nil)
}

@Test func `keeps spaces that a client left in its target`() throws {
    #expect(
        try #require(read("GET /a b HTTP/1.1\r\n\r\n")).startLine == .request(method: "GET", target: "/a b")
    )
}
