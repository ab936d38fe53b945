// An HTTP request with its response, as seen on the wire or served by our own host. RFC 9110, RFC 9112.

/// One HTTP request with what came back for it; the body itself is hashed elsewhere and never kept.
public struct Exchange: Hashable, Sendable {
    /// How the response body ended.
    public enum End: String, Hashable, Sendable, CaseIterable {
        /// The whole body arrived, by Content-Length, last chunk or orderly close.
        case complete
        /// The connection closed (FIN) before the whole body had arrived.
        case truncated
        /// Bytes are missing from the capture, not necessarily from the wire.
        case gap
        /// The connection was reset.
        case reset
        /// Under way when the recording ended: what became of it was not seen.
        case open

        /// Whether bytes or the end itself may have come without being recorded.
        public var isUnseen: Bool { self == .gap || self == .open }
    }

    /// The requesting side.
    public var client: Endpoint
    /// The serving side.
    public var server: Endpoint
    /// Request method, such as `GET`.
    public var method: String
    /// Host header, or the authority of an absolute request target; empty when none was sent.
    public var host: String
    /// Request target as sent: path with query, or an absolute URL (proxies).
    public var target: String
    /// Range request header, verbatim.
    public var range: String?
    /// If-Range request header, verbatim.
    public var ifRange: String?
    /// Bytes of the request's body seen, de-chunked.
    public var requestBodyBytes: Int64 = 0
    /// When the first byte of the request was seen.
    public var requestedAt: Timestamp
    /// Status code of the final response; `nil` when no response was seen.
    public var status: Int?
    /// Content-Length of the response, when it carried a valid one.
    public var contentLength: Int64?
    /// Content-Range of the response, verbatim.
    public var contentRange: String?
    /// Content-Type of the response, verbatim.
    public var contentType: String?
    /// ETag of the response, verbatim.
    public var entityTag: String?
    /// Last-Modified of the response, verbatim.
    public var lastModified: String?
    /// Location of a redirect, verbatim.
    public var location: String?
    /// Content-Encoding of the response, verbatim.
    public var contentEncoding: String?
    /// Transfer-Encoding of the response, verbatim, when it holds more than the chunked coding.
    public var transferEncoding: String?
    /// When the first byte of the response was seen.
    public var respondedAt: Timestamp?
    /// Bytes of body seen, de-chunked and still content-encoded.
    public var bodyBytes: Int64 = 0
    /// Body bytes known to be missing from the capture.
    public var missingBytes: Int64 = 0
    /// When the last byte of the exchange was seen.
    public var endedAt: Timestamp
    /// How it ended.
    public var end: End = .truncated

    /// Begins an exchange at its request.
    public init(
        client: Endpoint,
        server: Endpoint,
        method: String,
        host: String,
        target: String,
        range: String? = nil,
        requestedAt: Timestamp
    ) {
        self.client = client
        self.server = server
        self.method = method
        self.host = host
        self.target = target
        self.range = range
        self.requestedAt = requestedAt
        self.endedAt = requestedAt
    }

    /// The absolute URL that was asked for: the target itself when absolute, else `http://` host and target.
    public var url: String {
        if target.hasPrefix("http://") || target.hasPrefix("https://") { return target }
        return "http://" + (host.isEmpty ? server.description : host) + target
    }
}
