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
        addParticulars(of: transfer, to: &object)
        return object.line
    }

    /// What only some exchanges have: a request body, a validator, a content coding.
    private static func addParticulars(of transfer: Transfer, to object: inout JSONLine) {
        let exchange = transfer.exchange
        object.add("request_body_bytes", exchange.requestBodyBytes > 0 ? exchange.requestBodyBytes : nil)
        object.add("if_range", exchange.ifRange)
        object.add("etag", exchange.entityTag)
        object.add("content_type", exchange.contentType)
        object.add("content_encoding", exchange.contentEncoding)
        object.add("transfer_encoding", exchange.transferEncoding)
        object.add("decoding", transfer.decoding?.rawValue)
        object.add("decoded_bytes", transfer.decodedBytes)
        object.add("decoded_sha256", transfer.decodedSHA256)
        guard let assembly = transfer.assembly else { return }
        object.add("assembly", assembly.number)
        object.add("assembly_exchanges", assembly.exchanges)
        object.add("assembly_connections", assembly.connections)
        object.add("assembly_covered_bytes", assembly.coveredBytes)
        object.add("assembly_total_bytes", assembly.totalBytes)
        object.add("assembly_digesting", assembly.digesting.rawValue)
        object.add("assembly_sha256", assembly.sha256)
    }

    private static func text(of transfer: Transfer, masked: Bool) -> String {
        let exchange = transfer.exchange
        let url = masked ? Secrets.masked(exchange.url) : exchange.url
        let status = exchange.status.map(String.init) ?? "no response"
        let range = exchange.range.map { " range \($0)" } ?? ""
        let missing = exchange.missingBytes > 0 ? " (\(exchange.missingBytes) B missing)" : ""
        let what =
            "\(exchange.method) \(url)\(range) → \(status), \(exchange.bodyBytes) B, \(exchange.end.rawValue)\(missing)"
        return "\(exchange.requestedAt.text(decimals: 6))  \(exchange.client) → \(exchange.server)  "
            + TerminalText.escaped(what)
    }
}
