// One HTTP/1 connection: requests and responses paired in order. RFC 9112 §9.3.

import Traffic

/// Decodes the two directions of one HTTP connection into exchanges.
struct HTTPConversation: Sendable {
    private typealias Open = HTTPPairing.Open

    private let client: Endpoint
    private let server: Endpoint
    private let clientSide: Side
    private var request = HTTPReader(.requests)
    private var response = HTTPReader(.responses)
    private var unanswered = HTTPPairing()
    private var answering: Open?
    /// The exchange whose request body is being sent.
    private var sending: Int?
    /// The exchange whose client waits for 100 before it sends the request body.
    private var awaitingContinue: Int?
    /// Set when that client got its final answer instead: it may leave the body out (RFC 9110 §10.1.1).
    private var mayOmitBody = false
    /// The upgrade to WebSocket that was asked for last, until it is refused.
    private(set) var upgrade: HTTPUpgrade?

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
            awaitingContinue = nil
            guard !request.skipGap(of: count).isInStep else { return }
            unanswered.missRequests()
            return request.lose()
        }
        let (missing, isInStep) = response.skipGap(of: count)
        if missing > 0, let number = answering?.number {
            answering?.exchange.missingBytes += missing
            sink.exchangeGap(number, missing: missing)
        }
        if isInStep {
            // The gap may have ended exactly with the body.
            let nothing: [UInt8] = []
            receiveResponses(nothing.rawSpan, timestamp, &ledger, &sink)
        } else {
            response.lose()
            unanswered.missResponses()
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
            unanswered.missResponses()
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
        while let open = unanswered.takeFirst() {
            Self.end(open, unanswered.isUncertain && end == .truncated ? .gap : end, &sink)
        }
    }

    // MARK: - Requests

    private mutating func receiveRequests(
        _ chunk: RawSpan,
        _ now: Timestamp,
        _ ledger: inout Ledger,
        _ sink: inout some WireSink
    ) {
        if request.isLost || mayOmitBody, HTTPRecognition.judge(chunk) == .request { request.resume() }
        mayOmitBody = false
        var position = 0
        while true {
            switch request.next(in: chunk, at: &position, now: now, ledger: &ledger) {
            case .head(let head, let start):
                begin(head, at: start, &ledger, &sink)
                if leaveRest(of: chunk, from: position) { return }
            case .body(let range): countRequestBody(range.count)
            case .ended: continue
            case .needsMore, .broken: return
            }
        }
    }

    private mutating func countRequestBody(_ count: Int) {
        awaitingContinue = nil
        guard let sending, !unanswered.countBody(count, of: sending) else { return }
        if answering?.number == sending { answering?.exchange.requestBodyBytes += Int64(count) }
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
        exchange.ifRange = head.ifRange
        upgrade = HTTPUpgrade(asked: head)
        let open = Open(number: ledger.numberExchange(), exchange: exchange)
        sink.exchangeBegan(open.number, exchange)
        if let oldest = unanswered.add(open, limit: ledger.limits.pipelinedRequests) {
            // Its answer may yet come: only we do not wait for it.
            ledger.losses.forgottenRequests += 1
            Self.end(oldest, .gap, &sink)
        }
        sending = open.number
        awaitingContinue = head.expectsContinue ? open.number : nil
        // Behind CONNECT comes what the tunnel carries, or, when it is refused, another request.
        if method == "CONNECT" {
            request.lose()
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

    /// Sets the bytes behind a head aside when they may be WebSocket frames.
    private mutating func leaveRest(of chunk: RawSpan, from position: Int) -> Bool {
        guard upgrade != nil else { return false }
        upgrade?.rest = [UInt8](chunk.extracting(position..<chunk.byteCount))
        return true
    }

    /// Takes the bytes that were set aside.
    mutating func takeRest() -> [UInt8] {
        defer { upgrade?.rest = [] }
        return upgrade?.rest ?? []
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
            switch response.next(in: chunk, at: &position, now: now, ledger: &ledger) {
            case .head(let head, let start):
                answer(head, at: start, now, &ledger, &sink)
                if upgrade?.isAgreed == true, leaveRest(of: chunk, from: position) { return }
            case .body(let range):
                receiveBody(chunk.extracting(range), now, &sink)
            case .ended:
                endAnswer(.complete, &sink)
            case .broken:
                unanswered.missResponses()
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
            unanswered.missResponses()
            return response.lose()
        }
        // Interim responses announce another one (RFC 9110 §15.2); 101 is final.
        guard status >= 200 || status == 101 else {
            awaitingContinue = nil
            return response.resume()
        }
        var open = takeRequest(answeredAt: start, &ledger, &sink)
        upgrade = status == 101 ? upgrade ?? HTTPUpgrade(asked: head) : nil
        if status == 101 { upgrade?.agree(head) }
        if awaitingContinue == open.number {
            awaitingContinue = nil
            mayOmitBody = true
        }
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

    /// The request that a response answers, or one that was not seen.
    private mutating func takeRequest(
        answeredAt start: Timestamp,
        _ ledger: inout Ledger,
        _ sink: inout some WireSink
    ) -> Open {
        while let skipped = unanswered.takeSkipped(answeredAt: start) { Self.end(skipped, .gap, &sink) }
        if let open = unanswered.take(answeredAt: start) { return open }
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
