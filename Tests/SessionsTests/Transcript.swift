// Writes evidence as a transcript and plays it to a tracker, live or from the store.

import Dialects
import Sessions
import Traffic

/// A recording as a list of what was seen; times are seconds from an arbitrary start.
struct Transcript {
    /// Where a message is seen from, and how long after it was said.
    enum View: Hashable {
        /// The device's own connection.
        case device
        /// The platform's connection.
        case platform
        /// The recorder's own subscription, another recording.
        case subscription
        /// Some further subscriber's connection.
        case subscriber(Int)
    }

    /// One row: what arrives, and when in recorded time.
    enum Row {
        case message(Message, id: Int64, event: UpgradeEvent)
        case transfer(Transfer, id: Int64, recordingID: Int64)

        var id: Int64 {
            switch self {
            case .message(_, let id, _): id
            case .transfer(_, let id, _): id
            }
        }

        /// When a live source delivers it: messages at once, downloads at their end.
        var arrivesAt: Timestamp {
            switch self {
            case .message(let message, _, _): message.recordedAt
            case .transfer(let transfer, _, _): transfer.exchange.endedAt
            }
        }

        /// Where a reading of the store puts it.
        var storedAt: Timestamp {
            switch self {
            case .message(let message, _, _): message.recordedAt
            case .transfer(let transfer, _, _): transfer.exchange.requestedAt
            }
        }
    }

    static let start = Timestamp(seconds: 1_700_000_000)

    var dialect: String
    var device = "dev-1"
    var gateway: String?
    var product: String?
    var address = IPAddress(ipv4: 0x0A00_0001)
    var views: [View] = [.subscription]
    /// Whether what is said from here on is retained.
    var isRetained = false
    var rules: [String: SessionRules] = [
        "A": SessionRules(correlation: CorrelationRules(scope: .deployment, kindSeparator: "-")),
        "B": SessionRules(reportsVersion: true),
    ]
    /// When recordings were without their sources.
    var outages: [(recordingID: Int64, from: Double, to: Double?)] = []
    /// Servers that were not reached.
    var unreached: [UnreachedServer] = []
    private(set) var rows: [Row] = []
    private var nextID: Int64 = 1

    init(_ dialect: String) {
        self.dialect = dialect
    }

    static func at(_ seconds: Double) -> Timestamp {
        start.advanced(by: .microseconds(Int64((seconds * 1e6).rounded())))
    }

    // MARK: - Saying things

    /// Says something about an upgrade; equal `said` texts are byte-identical payloads.
    mutating func say(
        _ kind: UpgradeEvent.Kind,
        at seconds: Double,
        id command: String? = nil,
        said: String? = nil,
        qos: QoS = .atMostOnce,
        isRedelivery: Bool = false,
        views: [View]? = nil,
        _ fill: (inout UpgradeEvent) -> Void = { _ in }
    ) {
        let payload = said ?? "\(kind) \(command ?? "") \(seconds)"
        for view in views ?? self.views {
            var event = UpgradeEvent(
                kind: kind,
                recordedAt: Self.at(seconds + view.delay(of: kind)),
                dialect: dialect,
                rule: kind.rawValue,
                deviceID: device
            )
            event.commandID = command
            event.productID = product
            event.gatewayID = gateway
            fill(&event)
            let message = message(view, event, payload, qos, isRedelivery)
            rows.append(.message(message, id: takeID(), event: event))
        }
    }

    private func message(
        _ view: View,
        _ event: UpgradeEvent,
        _ payload: String,
        _ qos: QoS,
        _ isRedelivery: Bool
    ) -> Message {
        let isUp = Self.isUp(event.kind)
        let isPublisher = view == .device ? isUp : view == .platform && !isUp
        var message = Message(
            recordedAt: event.recordedAt,
            vantage: view.vantage(of: device),
            direction: isPublisher ? .toBroker : .fromBroker,
            topic: Array("\(device)/\(event.kind)".utf8),
            payload: Array(payload.utf8),
            qos: qos,
            isDuplicate: isRedelivery
        )
        message.isRetained = isRetained
        if view == .device {
            message.clientID = gateway ?? device
            message.client = Endpoint(address: address, port: 50_000)
        }
        return message
    }

    /// Whether devices say it.
    static func isUp(_ kind: UpgradeEvent.Kind) -> Bool {
        [.poll, .accept, .reject, .progress, .result, .version, .cancelAck].contains(kind)
    }

    private mutating func takeID() -> Int64 {
        defer { nextID += 1 }
        return nextID
    }

    // MARK: - Downloading

    /// Downloads something; `bytes` come evenly between `start` and `end`.
    mutating func fetch(
        _ url: String,
        from start: Double,
        to end: Double,
        status: Int? = 200,
        bytes: Int64 = 0,
        recordingID: Int64 = 2,
        client: Endpoint? = nil,
        sha256: String? = nil,
        md5: String? = nil,
        decodedSHA256: String? = nil,
        _ fill: (inout Exchange) -> Void = { _ in }
    ) {
        let host = url.dropFirst("http://".count).prefix { $0 != "/" }
        var exchange = Exchange(
            client: client ?? Endpoint(address: address, port: 40_000),
            server: Endpoint(address: IPAddress(ipv4: 0x0A00_00FE), port: 80),
            method: "GET",
            host: String(host),
            target: String(url.dropFirst("http://".count + host.count)),
            requestedAt: Self.at(start)
        )
        exchange.status = status
        exchange.respondedAt = status == nil ? nil : Self.at(start)
        exchange.bodyBytes = bytes
        exchange.contentLength = status == nil ? nil : bytes
        exchange.endedAt = Self.at(end)
        exchange.end = status == nil ? .truncated : .complete
        fill(&exchange)
        var transfer = Transfer(exchange: exchange, evidence: .wire, sha256: sha256, md5: md5)
        transfer.decodedSHA256 = decodedSHA256
        rows.append(.transfer(transfer, id: takeID(), recordingID: recordingID))
    }

    /// Adds a ready-made download.
    mutating func fetch(_ transfer: Transfer, recordingID: Int64 = 2) {
        rows.append(.transfer(transfer, id: takeID(), recordingID: recordingID))
    }
}

extension Transcript.View {
    /// Seconds between saying and seeing; the publisher's leg is first.
    func delay(of kind: UpgradeEvent.Kind) -> Double {
        switch self {
        case .device: Transcript.isUp(kind) ? 0 : 0.001
        case .platform: Transcript.isUp(kind) ? 0.001 : 0
        case .subscription: 0.002
        case .subscriber(let number): 0.003 + Double(number) / 1_000
        }
    }

    func vantage(of device: String) -> Vantage {
        switch self {
        case .device: Vantage(recordingID: 2, connection: 1_000 + Int(device.utf8.last ?? 0))
        case .platform: Vantage(recordingID: 2, connection: 1)
        case .subscription: Vantage(recordingID: 1, connection: 0)
        case .subscriber(let number): Vantage(recordingID: 2, connection: 2 + number)
        }
    }
}
