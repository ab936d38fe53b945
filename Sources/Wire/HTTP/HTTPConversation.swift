// One HTTP/1 connection: requests and responses paired in order. RFC 9112 §9.3.

import Traffic

/// Decodes the two directions of one HTTP connection into exchanges.
struct HTTPConversation: Sendable {
    private typealias Open = OpenExchanges.Open

    private let client: Endpoint
    private let server: Endpoint
    private let clientSide: Side
    private var request = HTTPReader()
    private var response = HTTPReader()
    private var unanswered = OpenExchanges()
    private var answering: Open?
    /// Set when a gap may have swallowed whole responses: the next one need not belong to the oldest request.
    private var isPairingUncertain = false

    /// Memory held.
    var cost: Int { request.cost + response.cost + unanswered.cost }
    /// Whether the connection has left HTTP (upgrade, tunnel) and nothing is open.
    var isOver: Bool { request.isStopped && response.isStopped && unanswered.isEmpty && answering == nil }

    /// A connection that was recognised as HTTP.
    init(client: Endpoint, server: Endpoint, clientSide: Side) {
        self.client = client
        self.server = server
        self.clientSide = clientSide
    }

    /// Takes bytes of one direction.
    mutating func receive(
        _ chunk: RawSpan,
        from side: Side,
        at timestamp: Timestamp,
        ledger: inout Ledger,
        into sink: inout some WireSink
    ) {
        if side == clientSide {
            receiveRequests(chunk, timestamp, &ledger, &sink)
        } else {
            receiveResponses(chunk, timestamp, &ledger, &sink)
        }
    }

    /// Notes bytes that were never captured.
    mutating func undelivered(
        _ count: Int64,
        from side: Side,
        at timestamp: Timestamp,
        ledger: inout Ledger,
        into sink: inout some WireSink
    ) {
        guard side != clientSide else {
            if !request.skipGap(of: count).isInStep { request.lose() }
            return
        }
        let (missing, isInStep) = response.skipGap(of: count)
        answering?.exchange.missingBytes += missing
        if isInStep {
            // The gap may have ended exactly with the body.
            let nothing: [UInt8] = []
            receiveResponses(nothing.rawSpan, timestamp, &ledger, &sink)
        } else {
            response.lose()
            isPairingUncertain = true
            endAnswer(.gap, &sink)
        }
    }

    /// Gives up a head that is being put together, which is a gap.
    mutating func releaseMemory(of side: Side, ledger: inout Ledger) {
        let held = side == clientSide ? request.cost : response.cost
        if held > 0 { ledger.countGap(of: Int64(held)) }
        if side == clientSide {
            if request.cost > 0 { request.lose() }
        } else if response.cost > 0 {
            response.lose()
            isPairingUncertain = true
        }
    }

    /// Notes the orderly end (FIN) of one direction.
    mutating func endDirection(_ side: Side, into sink: inout some WireSink) {
        guard side != clientSide else { return request.stop() }
        if answering != nil {
            endAnswer(response.endsWithClose ? .complete : .truncated, &sink)
        }
        response.stop()
    }

    /// Ends whatever is open.
    mutating func close(_ end: Exchange.End, into sink: inout some WireSink) {
        endAnswer(end, &sink)
        while let open = unanswered.popFirst() {
            Self.end(open, isPairingUncertain && end == .truncated ? .gap : end, &sink)
        }
    }

    // MARK: - Requests

    private mutating func receiveRequests(
        _ chunk: RawSpan,
        _ now: Timestamp,
        _ ledger: inout Ledger,
        _ sink: inout some WireSink
    ) {
        if request.isLost, HTTPRecognition.judge(chunk) == .request { request.resume() }
        var position = 0
        while true {
            switch request.next(in: chunk, at: &position, now: now, limit: ledger.limits.headBytes) {
            case .head(let head, let start): begin(head, at: start, &ledger, &sink)
            case .body, .ended: continue
            case .needsMore, .broken: return
            }
        }
    }

    private mutating func begin(
        _ head: HTTPHead,
        at start: Timestamp,
        _ ledger: inout Ledger,
        _ sink: inout some WireSink
    ) {
        guard case .request(let method, let target) = head.startLine else { return request.lose() }
        var exchange = Exchange(
            client: client,
            server: server,
            method: method,
            host: head.host ?? Self.authority(of: target),
            target: target,
            range: head.range,
            requestedAt: start
        )
        exchange.endedAt = start
        let open = Open(number: ledger.numberExchange(), exchange: exchange)
        sink.exchangeBegan(open.number, exchange)
        unanswered.append(open)
        if unanswered.count > max(1, ledger.limits.pipelinedRequests), let oldest = unanswered.popFirst() {
            Self.end(oldest, .truncated, &sink)
        }
        // Behind CONNECT comes what the tunnel carries.
        if method == "CONNECT" {
            request.stop()
        } else {
            request.beginBody(HTTPBody(head.framing, isResponse: false))
        }
    }

    /// The authority of an absolute target; empty for others (RFC 9112 §3.2.2).
    private static func authority(of target: String) -> String {
        guard target.hasPrefix("http://") || target.hasPrefix("https://") else { return "" }
        let rest = target.drop { $0 != "/" }.dropFirst(2)
        return String(rest.prefix { $0 != "/" && $0 != "?" })
    }

    // MARK: - Responses

    private mutating func receiveResponses(
        _ chunk: RawSpan,
        _ now: Timestamp,
        _ ledger: inout Ledger,
        _ sink: inout some WireSink
    ) {
        if response.isLost, HTTPRecognition.judge(chunk) == .response { response.resume() }
        var position = 0
        while true {
            switch response.next(in: chunk, at: &position, now: now, limit: ledger.limits.headBytes) {
            case .head(let head, let start):
                answer(head, at: start, now, &ledger, &sink)
            case .body(let range):
                receiveBody(chunk.extracting(range), now, &sink)
            case .ended:
                endAnswer(.complete, &sink)
            case .broken:
                isPairingUncertain = true
                return endAnswer(.truncated, &sink)
            case .needsMore:
                return
            }
        }
    }

    private mutating func answer(
        _ head: HTTPHead,
        at start: Timestamp,
        _ now: Timestamp,
        _ ledger: inout Ledger,
        _ sink: inout some WireSink
    ) {
        guard case .response(let status) = head.startLine else {
            isPairingUncertain = true
            return response.lose()
        }
        // Interim responses announce another one (RFC 9110 §15.2); 101 is final.
        guard status >= 200 || status == 101 else { return response.resume() }
        var open = takeRequest(answeredAt: start, &ledger, &sink)
        open.exchange.note(head, status: status, at: start)
        open.exchange.endedAt = now
        sink.exchangeAnswered(open.number, open.exchange)
        answering = open
        let isTunnel = status == 101 || (open.exchange.method == "CONNECT" && status < 300)
        guard !isTunnel else {
            endAnswer(.complete, &sink)
            request.stop()
            return response.stop()
        }
        let hasNoBody = open.exchange.method == "HEAD" || status == 204 || status == 304
        response.beginBody(hasNoBody ? .empty : HTTPBody(head.framing, isResponse: true))
    }

    /// The request that a response answers: the oldest one; after a gap the last one that was sent before it, since a
    /// client that does not pipeline has then given up on those before.
    private mutating func takeRequest(
        answeredAt start: Timestamp,
        _ ledger: inout Ledger,
        _ sink: inout some WireSink
    ) -> Open {
        if isPairingUncertain {
            while unanswered.count > 1, unanswered[1].exchange.requestedAt <= start,
                let skipped = unanswered.popFirst()
            {
                Self.end(skipped, .gap, &sink)
            }
            isPairingUncertain = false
        }
        if let open = unanswered.popFirst() { return open }
        let exchange = Exchange(
            client: client,
            server: server,
            method: "",
            host: "",
            target: "",
            requestedAt: start
        )
        let open = Open(number: ledger.numberExchange(), exchange: exchange)
        sink.exchangeBegan(open.number, exchange)
        return open
    }

    private mutating func receiveBody(_ bytes: RawSpan, _ now: Timestamp, _ sink: inout some WireSink) {
        guard let number = answering?.number else { return }
        answering?.exchange.bodyBytes += Int64(bytes.byteCount)
        answering?.exchange.endedAt = now
        sink.exchangeBody(number, bytes: bytes, at: now)
    }

    private mutating func endAnswer(_ end: Exchange.End, _ sink: inout some WireSink) {
        guard let open = answering else { return }
        answering = nil
        Self.end(open, end, &sink)
    }

    private static func end(_ open: Open, _ end: Exchange.End, _ sink: inout some WireSink) {
        var exchange = open.exchange
        exchange.end = end == .complete && exchange.missingBytes > 0 ? .gap : end
        sink.exchangeEnded(open.number, exchange)
    }
}

extension Exchange {
    /// Notes what the response's head says.
    mutating func note(_ head: HTTPHead, status: Int, at start: Timestamp) {
        self.status = status
        contentLength = head.contentLength
        contentRange = head.contentRange
        location = head.location
        contentEncoding = head.contentEncoding
        respondedAt = start
    }
}
