// One row of the `inspect` listing: an MQTT control packet or an HTTP exchange. design.md §8.

public import Traffic

/// One row of the listing that `inspect` prints, in capture order.
public enum ListingRow: Sendable {
    /// An MQTT control packet.
    case mqtt(ControlPacketRow)
    /// An HTTP exchange, listed when it ended.
    case http(Transfer)

    /// The row as one JSON object.
    ///
    /// Values are as captured: a listing is evidence. Only `masked` replaces credentials in topics and URLs.
    public func jsonLine(masked: Bool) -> String {
        switch self {
        case .mqtt(let row): row.jsonLine(masked: masked)
        case .http(let transfer): Self.jsonLine(of: transfer, masked: masked)
        }
    }

    /// The row as one line for people: time, who to whom, what.
    public func text(masked: Bool) -> String {
        switch self {
        case .mqtt(let row): row.text(masked: masked)
        case .http(let transfer): Self.text(of: transfer, masked: masked)
        }
    }

    private static func jsonLine(of transfer: Transfer, masked: Bool) -> String {
        let exchange = transfer.exchange
        var object = JSONLine()
        object.add("kind", "http")
        object.add("at", exchange.requestedAt.nanoseconds)
        object.add("src", exchange.client.description)
        object.add("dst", exchange.server.description)
        object.add("method", exchange.method.isEmpty ? nil : exchange.method)
        object.add("host", exchange.host.isEmpty ? nil : exchange.host)
        if !exchange.target.isEmpty {
            object.add("uri", masked ? Secrets.masked(exchange.target) : exchange.target)
        }
        object.add("status", exchange.status)
        object.add("content_length", exchange.contentLength)
        object.add("body_bytes", exchange.bodyBytes)
        object.add("missing_bytes", exchange.missingBytes > 0 ? exchange.missingBytes : nil)
        object.add("range", exchange.range)
        object.add("content_range", exchange.contentRange)
        object.add("end", exchange.end.rawValue)
        object.add("last_at", exchange.endedAt.nanoseconds)
        object.add("sha256", transfer.sha256)
        return object.line
    }

    private static func text(of transfer: Transfer, masked: Bool) -> String {
        let exchange = transfer.exchange
        let url = masked ? Secrets.masked(exchange.url) : exchange.url
        let status = exchange.status.map(String.init) ?? "no response"
        let range = exchange.range.map { " range \($0)" } ?? ""
        let what =
            "\(exchange.method) \(url)\(range) → \(status), \(exchange.bodyBytes) B, \(exchange.end.rawValue)"
        return "\(exchange.requestedAt.text(decimals: 6))  \(exchange.client) → \(exchange.server)  "
            + TerminalText.escaped(what)
    }
}
