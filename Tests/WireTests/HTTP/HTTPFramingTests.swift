// The rules of HTTP/1.1 that tell where messages begin and end, one by one.

import Testing
import Traffic

@testable import Wire

private func openTap(limits: WireLimits = WireLimits()) -> Tap {
    let tap = Tap(limits: limits)
    tap.open()
    return tap
}

private func head(_ text: String) -> HTTPHead? {
    let bytes = Array(text.utf8)
    return HTTPHead.read(bytes.span.bytes)
}

private let empty = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"

// RFC 9112 §5.2: obs-fold is replaced by a space.
@Test func `unfolds a field that goes on over lines`() throws {
    let folded = try #require(
        head(
            "HTTP/1.1 206 OK\r\nContent-Length:\r\n 12\r\nContent-Range: bytes\r\n\t0-11/24\r\nETag: \"x\"\n  \r\n\r\n"
        )
    )
    #expect(folded.framing == .length(12))
    #expect(folded.contentRange == "bytes 0-11/24")
    #expect(folded.entityTag == "\"x\"")
    // RFC 9112 §2.2: such a line before the first field belongs to nothing.
    #expect(try #require(head("HTTP/1.1 200 OK\r\n Content-Length: 9\r\nHost: h\r\n\r\n")).framing == .none)
}

// RFC 9112 §5.1.
@Test func `reads a name with white space behind it`() throws {
    #expect(try #require(head("HTTP/1.1 200 OK\r\nContent-Length : 7\r\n\r\n")).framing == .length(7))
}

// RFC 9112 §6.3 rules 3 to 5.
@Test(
    arguments: [
        ("Transfer-Encoding: gzip, chunked", .chunked, "gzip, chunked"),
        ("Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked", .chunked, "gzip, chunked"),
        ("Transfer-Encoding: chunked, gzip", .none, "chunked, gzip"),
        ("Transfer-Encoding: chunked", .chunked, nil),
        ("Transfer-Encoding: identity\r\nContent-Length: 3", .length(3), nil),
        ("Content-Length: 3\r\nContent-Length: 4", .none, nil),
    ] as [(String, HTTPHead.Framing, String?)]
)
func `decides the framing by all fields together`(fields: String, framing: HTTPHead.Framing, codings: String?)
    throws
{
    let read = try #require(head("HTTP/1.1 200 OK\r\n\(fields)\r\n\r\n"))
    #expect(read.framing == framing)
    #expect(read.transferEncoding == codings)
}

// RFC 9110 §5.3.
@Test func `joins the lines of a list and keeps what tells versions apart`() throws {
    let read = try #require(
        head(
            "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\ncontent-encoding: br\r\nETAG: W/\"1\"\r\n"
                + "Content-Type: application/octet-stream\r\n"
                + "Last-Modified: Sun, 06 Nov 1994 08:49:37 GMT\r\n\r\n"
        )
    )
    #expect(read.contentEncoding == "gzip, br")
    #expect(read.lastModified == "Sun, 06 Nov 1994 08:49:37 GMT")
    #expect((read.entityTag, read.contentType) == ("W/\"1\"", "application/octet-stream"))
    let request = try #require(head("GET / HTTP/1.1\r\nIf-Range: \"1\"\r\nExpect: 100-Continue\r\n\r\n"))
    #expect(request.ifRange == "\"1\"" && request.expectsContinue)
}

// RFC 9112 §7.1: a size may begin with any number of zeros.
@Test func `reads a chunk size with leading zeros`() {
    let tap = openTap()
    tap.send(.client, "GET / HTTP/1.1\r\n\r\n")
    let zeros = String(repeating: "0", count: 40)
    tap.send(
        .server,
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\(zeros)3;x=\"y\"\r\nabc\r\n0\r\nA: b\r\n\r\n"
    )
    #expect(tap.book.exchangeLines == ["GET / 200 3 complete"])
}

// RFC 9110 §8.6, RFC 9112 §7.1.
@Test func `counts the bytes of request bodies`() {
    let tap = openTap()
    tap.send(.client, "POST /1 HTTP/1.1\r\nContent-Length: 5\r\n\r\nabc")
    tap.send(
        .client,
        "dePUT /2 HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nxyz\r\n0\r\n\r\nGET /3 HTTP/1.1\r\n\r\n"
    )
    tap.send(.server, empty + empty + empty)
    #expect(tap.book.ended.map(\.exchange.requestBodyBytes) == [5, 3, 0])
    #expect(tap.book.exchangeLines.count == 3)
}

// RFC 9110 §10.1.1.
@Test func `knows that a refused client may leave its body out, or send it`() {
    let left = openTap()
    left.send(.client, "PUT /1 HTTP/1.1\r\nContent-Length: 900\r\nExpect: 100-continue\r\n\r\n")
    left.send(.server, "HTTP/1.1 417 No\r\nContent-Length: 0\r\n\r\n")
    left.send(.client, "GET /2 HTTP/1.1\r\n\r\n")
    left.send(.server, empty)
    #expect(left.book.exchangeLines == ["PUT /1 417 0 complete", "GET /2 200 0 complete"])
    let sent = openTap()
    sent.send(.client, "PUT /1 HTTP/1.1\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n")
    sent.send(.server, "HTTP/1.1 417 No\r\nContent-Length: 0\r\n\r\n")
    sent.send(.client, "abcdeGET /2 HTTP/1.1\r\n\r\n")
    sent.send(.server, empty)
    #expect(sent.book.exchangeLines == ["PUT /1 417 0 complete", "GET /2 200 0 complete"])
}

// RFC 9110 §15.2.
@Test func `steps over any number of interim responses`() {
    let tap = openTap()
    tap.send(.client, "GET / HTTP/1.1\r\n\r\n")
    for _ in 0..<5 {
        tap.send(.server, "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n")
    }
    tap.send(.server, "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na")
    #expect(tap.book.exchangeLines == ["GET / 200 1 complete"])
}

// RFC 9110 §9.3.6: any answer but 2xx leaves the connection to HTTP.
@Test func `reads on behind a refused tunnel`() {
    let tap = openTap()
    tap.send(.client, "CONNECT h:443 HTTP/1.1\r\n\r\n")
    tap.send(.server, "HTTP/1.1 407 Who\r\nContent-Length: 2\r\n\r\nno")
    tap.send(.client, "CONNECT h:443 HTTP/1.1\r\nProxy-Authorization: x\r\n\r\n")
    tap.send(.server, "HTTP/1.1 200 OK\r\n\r\n\u{16}\u{3}")
    tap.send(.client, "\u{16}\u{3}\u{1}")
    #expect(tap.book.exchangeLines == ["CONNECT h:443 407 2 complete", "CONNECT h:443 200 0 complete"])
}

// RFC 9112 §6.3: bytes behind the body are no part of it; §2.2: a client may add an empty line.
@Test func `finds the next response behind bytes that are none`() {
    let tap = openTap()
    tap.send(.client, "GET /1 HTTP/1.1\r\n\r\n\r\n")
    tap.send(.server, "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabcSURPLUS")
    tap.send(.client, "GET /2 HTTP/1.1\r\n\r\n")
    tap.send(.server, empty)
    #expect(tap.book.exchangeLines == ["GET /1 200 3 complete", "GET /2 200 0 complete"])
}

@Test func `finds the first message in a connection that was entered in a body`() {
    let tap = Tap()
    tap.send(.client, "GET /1 HTTP/1.1\r\n\r\n")
    tap.send(.server, "the rest of some body")
    tap.send(.server, "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n1")
    #expect(tap.book.exchangeLines == ["GET /1 200 1 complete"])
}

@Test func `gives up a head that is too long and finds the next`() {
    var limits = WireLimits()
    limits.headBytes = 200
    let tap = openTap(limits: limits)
    tap.send(.client, "GET /1 HTTP/1.1\r\n\r\n")
    tap.send(.server, "HTTP/1.1 200 OK\r\nX: " + String(repeating: "x", count: 120))
    tap.send(.server, String(repeating: "y", count: 120) + "\r\nContent-Length: 0\r\n\r\n")
    tap.wait(.seconds(1))
    tap.send(.client, "GET /2 HTTP/1.1\r\n\r\n")
    tap.send(.server, empty)
    #expect(tap.book.exchangeLines == ["GET /1 - 0 gap", "GET /2 200 0 complete"])
}

// No server answers before it is asked. The answers were held behind a hole and come after the later request.
@Test func `keeps an answer whose request is missing from the request that was sent after it`() {
    var book = Notebook()
    var ledger = Ledger(limits: WireLimits())
    var conversation = HTTPConversation(client: Frames.client, server: Frames.server, clientSide: .low)
    func play(_ side: Side, _ text: String, at second: Int64) {
        let bytes = Array(text.utf8)
        let timestamp = Timestamp(seconds: second)
        conversation.receive(bytes.span.bytes, from: side, at: timestamp, ledger: &ledger, into: &book)
    }
    play(.low, "GET /1 HTTP/1.1\r\n\r\n", at: 1)
    conversation.undelivered(30, from: .low, at: Timestamp(seconds: 3), ledger: &ledger, into: &book)
    play(.low, "GET /3 HTTP/1.1\r\n\r\n", at: 5)
    play(.high, empty, at: 2)
    play(.high, "HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n", at: 4)
    play(.high, empty, at: 6)
    #expect(book.exchangeLines == ["GET /1 200 0 complete", "  404 0 complete", "GET /3 200 0 complete"])
}

@Test func `says where the bytes of a body are missing, and how many`() {
    let tap = openTap()
    tap.send(.client, "GET / HTTP/1.1\r\n\r\n")
    tap.send(.server, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\na\r\nabc")
    tap.skip(.server, 4)
    tap.send(.server, "hij\r\n0\r\nTrailer: lo")
    tap.skip(.server, 3)
    tap.send(.client, "GET /2 HTTP/1.1\r\n\r\n")
    tap.send(.server, empty)
    tap.finish()
    #expect(tap.book.gaps == [1: [4]], "a hole in the trailers takes no byte of the body")
    #expect(tap.book.ended.first?.exchange.missingBytes == 4)
    #expect(tap.book.exchangeLines == ["GET / 200 6 gap", "GET /2 200 0 complete"])
}

// RFC 9112 §8: without a length the close ends the body; a reset does not.
@Test func `takes the close for the end of a body without length, and a reset for a cut`() {
    for (isReset, end) in [(false, "complete"), (true, "reset")] {
        let tap = openTap()
        tap.send(.client, "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
        tap.send(.server, "HTTP/1.0 200 OK\n\nabc")
        if isReset { tap.reset(.server) } else { tap.end(.server) }
        #expect(tap.book.exchangeLines == ["GET / 200 3 \(end)"])
    }
}
