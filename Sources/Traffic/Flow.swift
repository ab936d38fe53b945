// Who talks to whom: an address with its port, and a directed pair of them.

/// One end of a TCP connection.
public struct Endpoint: Hashable, Sendable {
    /// IP address.
    public var address: IPAddress
    /// TCP port.
    public var port: UInt16

    /// Joins an address and a port.
    public init(address: IPAddress, port: UInt16) {
        self.address = address
        self.port = port
    }
}

extension Endpoint: CustomStringConvertible {
    /// `127.0.0.1:1883` or `[::1]:1883`.
    public var description: String { address.isIPv4 ? "\(address):\(port)" : "[\(address)]:\(port)" }
}

/// One direction of a TCP connection: the 5-tuple without the protocol, which is always TCP here.
public struct Flow: Hashable, Sendable {
    /// The sender.
    public var source: Endpoint
    /// The receiver.
    public var destination: Endpoint

    /// The direction from `source` to `destination`.
    public init(source: Endpoint, destination: Endpoint) {
        self.source = source
        self.destination = destination
    }

    /// The same connection, seen from the other side.
    public var reversed: Flow { Flow(source: destination, destination: source) }
}
