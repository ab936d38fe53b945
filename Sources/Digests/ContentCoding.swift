// What a body is coded with. RFC 9110 §8.4.1, RFC 9112 §7.2.

public import Traffic

/// The coding of a body.
public enum ContentCoding: Hashable, Sendable {
    /// `gzip`, also spelled `x-gzip` (RFC 1952).
    case gzip
    /// `deflate`: the zlib format (RFC 1950); some senders leave its header out (RFC 9110 §8.4.1.2).
    case deflate
    /// One that is not decoded here, or several on top of each other.
    case unsupported

    /// The coding of an exchange's body; `nil` when it has none.
    public init?(of exchange: Exchange) {
        let fields = [exchange.contentEncoding, exchange.transferEncoding]
        let names = fields.compactMap { $0 }.flatMap { $0.split(separator: ",") }
            .map { $0.filter { $0 != " " && $0 != "\t" }.lowercased() }
            .filter { !["", "identity", "chunked"].contains($0) }
        guard let name = names.first else { return nil }
        guard names.count == 1 else {
            self = .unsupported
            return
        }
        switch name {
        case "gzip", "x-gzip": self = .gzip
        case "deflate": self = .deflate
        default: self = .unsupported
        }
    }
}
