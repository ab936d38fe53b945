// HTTP connections as a tap sees them.

import Testing
import Traffic
import Wire

private func openTap(limits: WireLimits = WireLimits()) -> Tap {
    let tap = Tap(limits: limits)
    tap.open()
    return tap
}

/// The bodies in the order of their exchanges.
private func bodies(_ tap: Tap) -> [String] {
    tap.book.ended.map { String(decoding: tap.book.bodies[$0.number] ?? [], as: UTF8.self) }
}

@Test func `pairs a request with its response`() throws {
    let tap = openTap()
    tap.send(.client, "GET /fw.bin HTTP/1.1\r\nHost: h\r\nRange: bytes=1-5\r\n\r\n")
    let answeredAt = tap.now
    tap.send(.server, "HTTP/1.1 206 OK\r\nContent-Length: 5\r\nContent-Range: bytes 1-5/9\r\n\r\nab")
    let endedAt = tap.now
    tap.send(.server, "cde")
    let exchange = try #require(tap.book.ended.first?.exchange)
    #expect(exchange.client == Frames.client)
    #expect(exchange.server == Frames.server)
    #expect((exchange.method, exchange.host, exchange.target) == ("GET", "h", "/fw.bin"))
    #expect(exchange.range == "bytes=1-5")
    #expect(exchange.status == 206)
    #expect(exchange.contentLength == 5)
    #expect(exchange.contentRange == "bytes 1-5/9")
    #expect(exchange.respondedAt == answeredAt)
    #expect(exchange.endedAt == endedAt)
    #expect(exchange.end == .complete)
    #expect(bodies(tap) == ["abcde"])
    #expect(tap.book.answered[1]?.status == 206)
}

@Test func `gives the same exchange one byte a segment`() {
    let tap = openTap()
    for byte in "GET /a HTTP/1.1\r\nHost: h\r\n\r\n".utf8 { tap.send(.client, [byte]) }
    let response = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
    for byte in response.utf8 { tap.send(.server, [byte]) }
    #expect(tap.book.exchangeLines == ["GET /a 200 3 complete"])
    #expect(bodies(tap) == ["abc"])
}

@Test func `pairs pipelined requests in order`() {
    let tap = openTap()
    tap.send(.client, "GET /1 HTTP/1.1\r\n\r\nGET /2 HTTP/1.1\r\n\r\nHEAD /3 HTTP/1.1\r\n\r\n")
    tap.send(
        .server,
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n1HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n"
            + "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n"
    )
    #expect(
        tap.book.exchangeLines == [
            "GET /1 200 1 complete", "GET /2 404 0 complete", "HEAD /3 200 0 complete",
        ]
    )
}

@Test func `steps over interim responses and knows which ones have no body`() {
    let tap = openTap()
    tap.send(.client, "PUT /1 HTTP/1.1\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n")
    tap.send(.server, "HTTP/1.1 100 Continue\r\n\r\n")
    tap.send(.client, "xyzGET /2 HTTP/1.1\r\n\r\n")
    tap.send(.server, "HTTP/1.1 204 No Content\r\n\r\nHTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\n\r\n")
    #expect(tap.book.exchangeLines == ["PUT /1 204 0 complete", "GET /2 304 0 complete"])
}

@Test func `ends a body without length at the close`() {
    let tap = openTap()
    tap.send(.client, "GET / HTTP/1.0\r\n\r\n")
    tap.send(.server, "HTTP/1.0 200 OK\r\n\r\nabc")
    #expect(tap.book.ended.isEmpty)
    tap.end(.server)
    #expect(tap.book.exchangeLines == ["GET / 200 3 complete"])
}

@Test func `tells a close from a reset and from the end of the capture`() {
    for (end, expected) in [(0, "truncated"), (1, "reset"), (2, "open")] {
        let tap = openTap()
        tap.send(.client, "GET / HTTP/1.1\r\n\r\n")
        tap.send(.server, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc")
        switch end {
        case 0: tap.end(.server)
        case 1: tap.reset(.server)
        default: tap.finish()
        }
        #expect(tap.book.exchangeLines == ["GET / 200 3 \(expected)"])
    }
}

@Test func `reports the bytes that a gap took out of a body`() throws {
    let tap = openTap()
    tap.send(.client, "GET / HTTP/1.1\r\n\r\n")
    tap.send(.server, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc")
    tap.skip(.server, 4)
    tap.send(.server, "hij")
    tap.send(.client, "GET /next HTTP/1.1\r\n\r\n")
    tap.send(.server, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
    tap.finish()
    #expect(tap.book.exchangeLines == ["GET / 200 6 gap", "GET /next 200 0 complete"])
    #expect(tap.book.ended.first?.exchange.missingBytes == 4)
    #expect(bodies(tap).first == "abchij")
}

@Test func `pairs with the latest request after a gap that took a response`() {
    let tap = openTap()
    tap.send(.client, "GET /lost HTTP/1.1\r\n\r\n")
    tap.skip(.server, 60)
    tap.wait(.seconds(1))
    tap.send(.client, "GET /seen HTTP/1.1\r\n\r\n")
    tap.send(.server, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
    tap.finish()
    #expect(tap.book.exchangeLines == ["GET /lost - 0 gap", "GET /seen 200 0 complete"])
}

@Test func `reads a request behind a hole before the response that answers it`() {
    let tap = openTap()
    tap.send(.client, "GET /1 HTTP/1.1\r\n\r\n")
    tap.send(.server, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
    tap.skip(.client, 30)
    tap.send(.client, "GET /2 HTTP/1.1\r\n\r\n")
    tap.wait(.milliseconds(100))
    tap.send(.server, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
    tap.finish()
    #expect(tap.book.exchangeLines == ["GET /1 200 0 complete", "GET /2 200 0 complete"])
}

@Test func `reports a response without its request and a request without its response`() {
    let tap = Tap()
    tap.send(.server, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
    tap.send(.client, "GET /open HTTP/1.1\r\n\r\n")
    tap.finish()
    #expect(tap.book.exchangeLines == ["  200 2 complete", "GET /open - 0 open"])
    #expect(tap.book.begun.count == 2)
}

@Test func `stops reading where a connection leaves HTTP`() {
    let upgraded = openTap()
    upgraded.send(.client, "GET /ws HTTP/1.1\r\nUpgrade: websocket\r\n\r\n")
    upgraded.send(.server, "HTTP/1.1 101 Switching Protocols\r\n\r\nHTTP/1.1 200 OK\r\n\r\n")
    upgraded.send(.client, "GET /inside HTTP/1.1\r\n\r\n")
    #expect(upgraded.book.exchangeLines == ["GET /ws 101 0 complete"])
    let tunnelled = openTap()
    tunnelled.send(.client, "CONNECT h:443 HTTP/1.1\r\n\r\n")
    tunnelled.send(.server, "HTTP/1.1 200 OK\r\n\r\n")
    tunnelled.send(.client, "GET /inside HTTP/1.1\r\n\r\n")
    #expect(tunnelled.book.exchangeLines == ["CONNECT h:443 200 0 complete"])
}

@Test func `takes the host of an absolute target`() {
    let tap = openTap()
    tap.send(.client, "GET http://up.example:81/fw?x HTTP/1.1\r\n\r\n")
    #expect(tap.book.begun[1]?.host == "up.example:81")
}

@Test func `bounds the head of a message and the requests that wait`() {
    var limits = WireLimits()
    limits.headBytes = 64
    limits.pipelinedRequests = 2
    let tap = openTap(limits: limits)
    for number in 1...4 { tap.send(.client, "GET /\(number) HTTP/1.1\r\n\r\n") }
    #expect(tap.book.exchangeLines == ["GET /1 - 0 gap", "GET /2 - 0 gap"])
    #expect(tap.losses.forgottenRequests == 2)
    tap.send(.client, "GET /" + String(repeating: "x", count: 100) + " HTTP/1.1\r\n\r\n")
    tap.send(.client, "GET /5 HTTP/1.1\r\n\r\n")
    #expect(tap.book.begun.values.map(\.target).sorted() == ["/1", "/2", "/3", "/4", "/5"])
    #expect(tap.losses.oversizedPackets == 1)
}
