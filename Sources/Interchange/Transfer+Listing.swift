// An HTTP exchange as the listing shows it.

import Traffic

extension Transfer {
    /// Adds the exchange as one JSON object (design.md §8).
    func writeJSON(to text: inout OutputText, masked: Bool) {
        text.beginObject()
        text.add("kind", "http")
        text.add("at", exchange.requestedAt.nanoseconds)
        text.add("src", exchange.client)
        text.add("dst", exchange.server)
        text.add("method", exchange.method.isEmpty ? nil : exchange.method)
        text.add("host", exchange.host.isEmpty ? nil : exchange.host)
        if !exchange.target.isEmpty {
            text.add("uri", masked ? Secrets.masked(exchange.target) : exchange.target)
        }
        text.add("status", exchange.status)
        text.add("content_length", exchange.contentLength)
        text.add("body_bytes", exchange.bodyBytes)
        text.add("missing_bytes", exchange.missingBytes > 0 ? exchange.missingBytes : nil)
        text.add("range", exchange.range)
        text.add("content_range", exchange.contentRange)
        text.add("end", exchange.listedEnd)
        text.add("last_at", exchange.endedAt.nanoseconds)
        text.add("sha256", sha256)
        writeParticulars(to: &text)
        text.endObject()
    }

    /// Adds the exchange as one line for people.
    func writeLine(to text: inout OutputText, masked: Bool) {
        let url = masked ? Secrets.masked(exchange.url) : exchange.url
        let status = exchange.status.map(String.init) ?? "no response"
        let range = exchange.range.map { " range \($0)" } ?? ""
        let missing = exchange.missingBytes > 0 ? " (\(exchange.missingBytes) B missing)" : ""
        text.append(exchange.requestedAt)
        text.append("  ")
        text.append(exchange.client)
        text.append(" → ")
        text.append(exchange.server)
        text.append("  ")
        text.append(escaped: "\(exchange.method) \(url)\(range)")
        text.append(" → ")
        text.append(escaped: "\(status), \(exchange.bodyBytes) B, \(exchange.listedEnd)\(missing)")
    }

    /// What only some exchanges have: a request body, a validator, a content coding.
    private func writeParticulars(to text: inout OutputText) {
        text.add("request_body_bytes", exchange.requestBodyBytes > 0 ? exchange.requestBodyBytes : nil)
        text.add("if_range", exchange.ifRange)
        text.add("etag", exchange.entityTag)
        text.add("content_type", exchange.contentType)
        text.add("content_encoding", exchange.contentEncoding)
        text.add("transfer_encoding", exchange.transferEncoding)
        text.add("decoding", decoding?.rawValue)
        text.add("decoded_bytes", decodedBytes)
        text.add("decoded_sha256", decodedSHA256)
        guard let assembly else { return }
        text.add("assembly", assembly.number)
        text.add("assembly_exchanges", assembly.exchanges)
        text.add("assembly_connections", assembly.connections)
        text.add("assembly_covered_bytes", assembly.coveredBytes)
        text.add("assembly_total_bytes", assembly.totalBytes)
        text.add("assembly_digesting", assembly.digesting.rawValue)
        text.add("assembly_sha256", assembly.sha256)
    }
}

private extension Exchange {
    /// How it ended, in the four words of the listing: who lists a file has its end before him.
    var listedEnd: String { (end == .open ? .truncated : end).rawValue }
}
