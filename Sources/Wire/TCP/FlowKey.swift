// Names a TCP connection by its ends, in either direction.

import Traffic

/// One of the two ends of a connection, before it is known which is the client.
enum Side: Sendable {
    /// The end that sorts first.
    case low
    /// The end that sorts last.
    case high

    /// The opposite end.
    var other: Side { self == .low ? .high : .low }
}

/// A value for each side of a connection.
struct Pair<Value: Sendable>: Sendable {
    private var low: Value
    private var high: Value

    /// The same for both sides.
    init(_ value: Value) {
        low = value
        high = value
    }

    /// The value of one side, changed in place.
    subscript(side: Side) -> Value {
        _read {
            if side == .low { yield low } else { yield high }
        }
        _modify {
            if side == .low { yield &low } else { yield &high }
        }
    }
}

/// A TCP connection's two ends, equal for both directions, and the VLANs around it.
struct FlowKey: Hashable, Sendable {
    /// The end that sorts first.
    let low: Endpoint
    /// The end that sorts last.
    let high: Endpoint
    private let vlan: UInt64?

    /// Names the connection that a segment belongs to, and the side that sent it.
    static func key(source: Endpoint, destination: Endpoint, vlan: UInt64) -> (FlowKey, Side) {
        isOrdered(source, destination)
            ? (FlowKey(low: source, high: destination, vlan: vlan), .low)
            : (FlowKey(low: destination, high: source, vlan: vlan), .high)
    }

    /// The same ends in whatever VLAN: a tap may see a tag in one direction only.
    var inAnyVLAN: FlowKey { FlowKey(low: low, high: high, vlan: nil) }

    /// The end on a side.
    func endpoint(_ side: Side) -> Endpoint { side == .low ? low : high }

    private static func isOrdered(_ first: Endpoint, _ second: Endpoint) -> Bool {
        if first.port != second.port { return first.port < second.port }
        if first.address.high != second.address.high { return first.address.high < second.address.high }
        return first.address.low <= second.address.low
    }
}
