// A row of an answer in the corpus, and what of a row of ours must equal it. corpus/README.md

import Interchange
import Traffic

/// What independent readers say of one control packet or one exchange.
struct ExpectedRow: Decodable {
    var kind: String
    var src: String?
    var dst: String?
    /// Whether the readers agree; `na` where the second one cannot look (TLS, WebSocket, IP fragments).
    var b: String?

    // MQTT.
    var type: String?
    var qos: UInt8?
    var dup: Bool?
    var retain: Bool?
    var packetID: UInt16?
    var topicHex: String?
    var payloadLength: Int?
    var payloadSHA256: String?
    var clientID: String?
    var keepalive: UInt16?
    var malformed: Bool?

    // HTTP.
    var method: String?
    var uri: String?
    var status: Int?
    var range: String?
    var contentRange: String?
    var bodyLength: Int64?
    var bodySHA256: String?
    var complete: Bool?

    enum CodingKeys: String, CodingKey {
        case kind, src, dst, b, type, qos, dup, retain, keepalive, malformed, method, uri, status, range,
            complete
        case packetID = "packet_id"
        case topicHex = "topic_hex"
        case payloadLength = "payload_len"
        case payloadSHA256 = "payload_sha256"
        case clientID = "client_id"
        case contentRange = "content_range"
        case bodyLength = "body_len"
        case bodySHA256 = "body_sha256"
    }

    /// Order is certain within a direction (MQTT), within a connection (HTTP).
    var flow: String { "\(kind) \(src ?? "") > \(dst ?? "")" }

    /// Whether an answer may be held against us.
    var isAgreed: Bool { b == "agree" || b == "na" || b == nil }

    /// What is compared, as a line.
    var line: String {
        if kind == "http" {
            let head = "\(method ?? "") \(uri ?? "") \(status ?? 0)"
            guard isCertain else { return head }
            return head + Self.body(bodyLength, bodySHA256, range, contentRange)
        }
        if malformed == true { return "\(type ?? "") malformed" }
        switch type {
        case "PUBLISH":
            let flags = "q\(qos ?? 9) \(dup == true ? "dup " : "")\(retain == true ? "retain " : "")"
            return
                "PUBLISH \(flags)\(packetID ?? 0) \(topicHex ?? "") \(payloadLength ?? 0) \(payloadSHA256 ?? "")"
        case "CONNECT": return "CONNECT \(clientID ?? "") \(keepalive ?? 0)"
        default: return "\(type ?? "") \(packetID ?? 0)"
        }
    }

    /// The same of what we read.
    func line(of row: ListingRow) -> String {
        switch row {
        case .http(let transfer):
            let exchange = transfer.exchange
            let head = "\(exchange.method) \(exchange.target) \(exchange.status ?? 0)"
            guard isCertain else { return head }
            return head
                + Self.body(exchange.bodyBytes, transfer.sha256, exchange.range, exchange.contentRange)
        case .mqtt(let row): return Self.line(of: row)
        }
    }

    /// Whether the capture holds all of an exchange, and the readers agree on it.
    private var isCertain: Bool { b == "agree" && complete == true }

    private static func body(_ count: Int64?, _ sha256: String?, _ range: String?, _ contentRange: String?)
        -> String
    {
        " \(count ?? 0) \(sha256 ?? "-") \(range ?? "-") \(contentRange ?? "-")"
    }

    private static func line(of row: ControlPacketRow) -> String {
        if row.fault == .malformed { return "\(row.type) malformed" }
        switch row.type {
        case "PUBLISH":
            let flags =
                "q\(row.qos ?? 9) \(row.isDuplicate == true ? "dup " : "")\(row.isRetained == true ? "retain " : "")"
            let topic = HexText.lowerCase(row.sentTopic ?? [])
            return
                "PUBLISH \(flags)\(row.packetID ?? 0) \(topic) \(row.payloadLength ?? 0) \(row.payloadSHA256 ?? "")"
        case "CONNECT": return "CONNECT \(row.clientID ?? "") \(row.keepAlive ?? 0)"
        default: return "\(row.type) \(row.packetID ?? 0)"
        }
    }
}

extension ListingRow {
    /// The flow that an expected row of the same kind would name.
    var flow: String {
        switch self {
        case .mqtt(let row): "mqtt \(row.flow.source) > \(row.flow.destination)"
        case .http(let transfer): "http \(transfer.exchange.client) > \(transfer.exchange.server)"
        }
    }
}
