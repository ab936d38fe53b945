// Where a broker listens, read from `--broker` and BROKER_URL. design.md §7, §8

/// The host and port of a broker, with the user named in its URL.
public struct BrokerAddress: Hashable, Sendable {
    /// MQTT's registered port.
    public static let defaultPort: UInt16 = 1883
    /// The registered port of MQTT over TLS.
    public static let defaultSecurePort: UInt16 = 8883

    /// A name, an IPv4 address, or an IPv6 address without brackets.
    public var host: String
    /// The TCP port.
    public var port: UInt16
    /// The user named in the URL, if any; never a password.
    public var userName: String?
    /// Whether the connection is to be encrypted.
    public var usesTLS: Bool

    /// Names a broker by its parts.
    public init(
        host: String,
        port: UInt16 = BrokerAddress.defaultPort,
        userName: String? = nil,
        usesTLS: Bool = false
    ) {
        self.host = host
        self.port = port
        self.userName = userName
        self.usesTLS = usesTLS
    }

    /// Reads `mqtt://[user@]host[:port]` or `mqtts://…`; the scheme may be left out, `tcp://` and `ssl://` mean the same.
    ///
    /// - Throws: `.badAddress`, also for WebSocket URLs, and for a password in the URL.
    public init(url: String) throws(BrokerError) {
        var (rest, usesTLS) = try Self.withoutScheme(url)
        if rest.hasSuffix("/") { rest.removeLast() }
        var userName: String?
        if let at = rest.lastIndex(of: "@") {
            userName = try Self.userName(rest[..<at])
            rest = rest[rest.index(after: at)...]
        }
        let (host, portText) = Self.hostAndPort(rest)
        guard !host.isEmpty, !host.contains(where: { $0.isWhitespace || "/?#@[]\0".contains($0) }) else {
            throw Self.unreadable("names no host")
        }
        guard
            let port = portText.map({ UInt16($0) }) ?? (usesTLS ? Self.defaultSecurePort : Self.defaultPort),
            port > 0
        else { throw Self.unreadable("has a port that is not between 1 and 65535") }
        self.init(host: String(host), port: port, userName: userName, usesTLS: usesTLS)
    }

    /// The URL that names it, without the user.
    public var url: String { "\(usesTLS ? "mqtts" : "mqtt")://\(self)" }
}

extension BrokerAddress: CustomStringConvertible {
    /// `host:port`, an IPv6 address in brackets; without the user.
    public var description: String {
        host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }
}

// MARK: - Reading

extension BrokerAddress {
    private static func withoutScheme(_ url: String) throws(BrokerError) -> (rest: Substring, usesTLS: Bool) {
        let parts = url.split(separator: "://", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else { return (url[...], false) }
        switch parts[0].lowercased() {
        case "mqtt", "tcp":
            return (parts[1], false)
        case "mqtts", "ssl", "tls":
            return (parts[1], true)
        case "ws", "wss":
            throw BrokerError(
                .badAddress,
                "libmosquitto has no WebSocket transport; use a TCP listener of the broker (mqtt:// or mqtts://), or "
                    + "record from the wire (`record --interface`, `import`), where unencrypted WebSocket is read."
            )
        default:
            throw unreadable("begins with '\(parts[0])://'")
        }
    }

    private static func userName(_ text: Substring) throws(BrokerError) -> String {
        guard !text.contains(":") else {
            throw BrokerError(
                .badAddress,
                "The broker's URL holds a password, which others can read in the process list; leave it out of the "
                    + "URL and give it in a file (--password-file) or the environment (OTATAPE_BROKER_PASSWORD)."
            )
        }
        guard !text.isEmpty else { throw unreadable("names no user before the '@'") }
        return String(text)
    }

    /// Splits at the last colon; one in `[…]`, or one of several without brackets, belongs to an IPv6 address.
    private static func hostAndPort(_ text: Substring) -> (host: Substring, port: Substring?) {
        if text.first == "[", let close = text.firstIndex(of: "]") {
            let after = text[text.index(after: close)...]
            return (text[..<close].dropFirst(), after.isEmpty ? nil : after.dropFirst())
        }
        guard let colon = text.firstIndex(of: ":"), colon == text.lastIndex(of: ":") else {
            return (text, nil)
        }
        return (text[..<colon], text[text.index(after: colon)...])
    }

    /// The URL itself stays out of the message: it may hold a password.
    private static func unreadable(_ reason: String) -> BrokerError {
        BrokerError(
            .badAddress,
            "The broker's address \(reason); write mqtt://host[:port] or mqtts://host[:port], for example "
                + "mqtt://127.0.0.1:1883; a user goes before the host, with an @ between them."
        )
    }
}
