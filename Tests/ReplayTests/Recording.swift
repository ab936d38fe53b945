// Builds recorded sessions for the tests, entry by entry.

import Dialects
import Sessions
import Traffic

/// A recorded session in the making; times are milliseconds since its start.
struct Recording {
    static let start = Timestamp(seconds: 1_700_000_000)
    static let body = String(repeating: "ab", count: 32)

    var session: Session
    private(set) var entries: [SessionTrace.Entry] = []

    init(dialect: String = "iot-cloud-ota") {
        let key = Session.Key(dialect: dialect, productID: "", deviceID: "7", command: "cmd-1", attempt: 1)
        session = Session(key: key, firstSeenAt: Self.start)
        session.isHeadSeen = true
        session.isTailSeen = true
    }

    var trace: SessionTrace { SessionTrace(session: session, entries: entries) }

    static func at(_ milliseconds: Int) -> Timestamp { start.advanced(by: .milliseconds(milliseconds)) }

    static func event(_ kind: UpgradeEvent.Kind, at milliseconds: Int = 0, id: String? = "cmd-1")
        -> UpgradeEvent
    {
        var event = UpgradeEvent(
            kind: kind,
            recordedAt: at(milliseconds),
            dialect: "iot-cloud-ota",
            rule: kind.rawValue,
            deviceID: "7"
        )
        event.commandID = id
        return event
    }

    mutating func add(
        _ kind: UpgradeEvent.Kind,
        at milliseconds: Int,
        id: String? = "cmd-1",
        isRetained: Bool = false,
        _ fill: (inout UpgradeEvent) -> Void = { _ in }
    ) {
        var event = Self.event(kind, at: milliseconds, id: id)
        fill(&event)
        let message = Message(
            recordedAt: event.recordedAt,
            vantage: Vantage(recordingID: 1, connection: 0),
            direction: .fromBroker,
            topic: Array(kind.rawValue.utf8),
            payload: Array("\(id ?? "") \(isRetained)".utf8),
            isRetained: isRetained
        )
        entries.append(.message(message, id: Int64(entries.count + 1), event: event))
    }

    /// Adds the offer and what the session takes from it.
    mutating func offer(at milliseconds: Int = 0, size: Int64? = 1000, digest: DeclaredDigest? = .recorded) {
        add(.offer, at: milliseconds) {
            $0.url = "http://cdn.example/fw/a.bin?Signature=s"
            $0.version = "2.0.0"
            $0.sizeBytes = size
            $0.digest = digest
            $0.claimedAt = $0.recordedAt
        }
        session.offeredAt = Self.at(milliseconds)
        session.sizeBytes = size
        session.digest = digest
    }

    mutating func download(
        from milliseconds: Int,
        until end: Int,
        status: Int? = 200,
        bytes: Int64 = 1000,
        contentLength: Int64? = 1000,
        end how: Exchange.End = .complete
    ) {
        var exchange = Exchange(
            client: Endpoint(address: IPAddress(ipv4: 0x7F00_0001), port: 40000),
            server: Endpoint(address: IPAddress(ipv4: 0x7F00_0001), port: 80),
            method: "GET",
            host: "cdn.example",
            target: "/fw/a.bin",
            requestedAt: Self.at(milliseconds)
        )
        exchange.status = status
        exchange.contentLength = contentLength
        exchange.respondedAt = status.map { _ in Self.at(milliseconds + 20) }
        exchange.bodyBytes = bytes
        exchange.endedAt = Self.at(end)
        exchange.end = how
        let samples = [Transfer.Sample(offset: .milliseconds(end - milliseconds - 20), bytes: bytes)]
        let transfer = Transfer(exchange: exchange, evidence: .wire, samples: status == nil ? [] : samples)
        entries.append(.transfer(transfer, id: Int64(entries.count + 1)))
    }

    mutating func failed(_ failure: FailureClass, claimed: FailureClass? = nil) {
        session.outcome = .failed
        session.failureClass = failure
        session.claimedFailure = claimed
    }

    /// A: offer, acknowledgement, download, progress and a result at two seconds.
    static func success() -> Recording {
        var recording = Recording()
        recording.offer()
        recording.add(.accept, at: 100)
        recording.download(from: 150, until: 1500)
        recording.add(.progress, at: 1000) { $0.percent = 50 }
        recording.add(.progress, at: 1500) { $0.percent = 100 }
        recording.add(.result, at: 2000) { $0.isOK = true }
        recording.session.acceptedAt = at(100)
        recording.session.outcome = .ok
        recording.session.isDigestMatching = true
        return recording
    }
}

extension DeclaredDigest {
    static let recorded = DeclaredDigest(
        algorithm: "sha256",
        hex: Recording.body,
        verbatim: "sha256:" + Recording.body
    )
}
