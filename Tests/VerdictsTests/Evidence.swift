// Builds recorded and observed sessions for the tests, entry by entry.

import Dialects
import Sessions
import Traffic

/// A session in the making; times are milliseconds since its start, ids carry the side's prefix.
struct Evidence {
    let side: String
    let start: Timestamp
    var session: Session
    var entries: [SessionTrace.Entry] = []

    init(side: String = "recorded", start: Timestamp = Timestamp(seconds: 1_700_000_000)) {
        self.side = side
        self.start = start
        let key = Session.Key(
            dialect: "jetlinks",
            productID: "p",
            deviceID: "7",
            command: "\(side)-1",
            attempt: 1
        )
        session = Session(key: key, firstSeenAt: start)
        session.isHeadSeen = true
        session.isTailSeen = true
    }

    var trace: SessionTrace { SessionTrace(session: session, entries: entries) }

    func at(_ milliseconds: Int) -> Timestamp { start.advanced(by: .milliseconds(milliseconds)) }

    mutating func add(
        _ kind: UpgradeEvent.Kind,
        at milliseconds: Int,
        _ fill: (inout UpgradeEvent) -> Void = { _ in }
    ) {
        var event = UpgradeEvent(
            kind: kind,
            recordedAt: at(milliseconds),
            dialect: "jetlinks",
            rule: kind.rawValue,
            deviceID: "7"
        )
        event.productID = "p"
        event.commandID = kind == .version ? nil : "\(side)-1"
        fill(&event)
        let message = Message(
            recordedAt: event.recordedAt,
            vantage: Vantage(recordingID: 1, connection: 0),
            direction: .fromBroker,
            topic: [],
            payload: []
        )
        entries.append(.message(message, id: Int64(entries.count + 1), event: event))
    }

    mutating func download(at milliseconds: Int, _ fill: (inout Exchange) -> Void = { _ in }) {
        var exchange = Exchange(
            client: Endpoint(address: IPAddress(ipv4: 0x7F00_0001), port: 40000),
            server: Endpoint(address: IPAddress(ipv4: 0x7F00_0001), port: 80),
            method: "GET",
            host: side,
            target: "/fw/a.bin?Signature=\(side)",
            requestedAt: at(milliseconds)
        )
        exchange.status = 200
        exchange.respondedAt = at(milliseconds + 10)
        exchange.endedAt = at(milliseconds + 500)
        exchange.bodyBytes = 1000
        exchange.end = .complete
        fill(&exchange)
        entries.append(.transfer(Transfer(exchange: exchange, evidence: .wire), id: Int64(entries.count + 1)))
    }

    mutating func offer() {
        let url = "http://\(side)/fw/a.bin?Signature=\(side)"
        add(.offer, at: 0) {
            $0.version = "2.0.0"
            $0.sizeBytes = 1000
            $0.url = url
            $0.claimedAt = $0.recordedAt
        }
        session.offeredAt = at(0)
        session.url = url
    }

    mutating func result(isOK: Bool, at milliseconds: Int = 2000) {
        add(.result, at: milliseconds) {
            $0.isOK = isOK
            $0.code = isOK ? "SUCCESS" : "FAILED"
        }
        session.resultAt = at(milliseconds)
        session.outcome = isOK ? .ok : .failed
    }

    mutating func progress(_ percents: Double...) {
        for (index, percent) in percents.enumerated() {
            add(.progress, at: 1000 + index) {
                $0.percent = percent
                $0.totalBytes = 1000
            }
        }
    }

    /// Offer, acknowledgement, a whole download, progress and a good result.
    static func success(_ side: String = "recorded") -> Evidence {
        var evidence = Evidence(side: side)
        evidence.offer()
        evidence.add(.accept, at: 100) { $0.isOK = true }
        evidence.session.acceptedAt = evidence.at(100)
        evidence.download(at: 200)
        evidence.progress(50, 100)
        evidence.result(isOK: true)
        evidence.session.isDigestMatching = true
        return evidence
    }

    /// Offer, acknowledgement, a download answered with a status, and a bad result.
    static func failure(_ side: String = "recorded", status: Int = 404, _ failure: FailureClass = .httpError)
        -> Evidence
    {
        var evidence = Evidence(side: side)
        evidence.offer()
        evidence.add(.accept, at: 100) { $0.isOK = true }
        evidence.session.acceptedAt = evidence.at(100)
        evidence.download(at: 200) {
            $0.status = status
            $0.bodyBytes = side == "recorded" ? 548 : 9
        }
        evidence.result(isOK: false)
        evidence.session.failureClass = failure
        return evidence
    }
}
