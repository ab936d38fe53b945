// Names a TCP connection by its ends, in either direction.

import Traffic

/// One of the two ends of a connection, before it is known which is the client.
enum Side: UInt8, Sendable {
    /// The end that sorts first.
    case low
    /// The end that sorts last.
    case high

    /// The opposite end.
    var other: Side { self == .low ? .high : .low }
}

/// A value for each side of a connection.
struct Pair<Value: Sendable>: Sendable {
    private var values: InlineArray<2, Value>

    /// The same for both sides.
    init(_ value: Value) { values = InlineArray(repeating: value) }

    /// The value of one side, changed in place.
    subscript(side: Side) -> Value {
        // One yield only, and inlined: anything else copies the value or allocates.
        @inline(__always)
        _read { yield values[Int(side.rawValue)] }
        @inline(__always)
        _modify { yield &values[Int(side.rawValue)] }
    }
}

/// A TCP connection's two ends, equal for both directions, and the VLANs around it: a fixed size, no heap.
struct FlowKey: Hashable, Sendable {
    /// Stands for whatever VLAN; no frame has it.
    private static let anyVLAN = UInt64.max

    private let lowAddress: IPAddress
    private let highAddress: IPAddress
    /// The VLANs.
    let vlan: UInt64
    private let lowPort: UInt16
    private let highPort: UInt16

    /// The end that sorts first.
    var low: Endpoint { Endpoint(address: lowAddress, port: lowPort) }
    /// The end that sorts last.
    var high: Endpoint { Endpoint(address: highAddress, port: highPort) }
    /// The same ends in whatever VLAN: a tap may see a tag in one direction only.
    var inAnyVLAN: FlowKey { inVLAN(Self.anyVLAN) }

    private init(low: Endpoint, high: Endpoint, vlan: UInt64) {
        lowAddress = low.address
        highAddress = high.address
        lowPort = low.port
        highPort = high.port
        self.vlan = vlan
    }

    /// Names the connection that a segment belongs to, and the side that sent it.
    static func key(source: Endpoint, destination: Endpoint, vlan: UInt64) -> (FlowKey, Side) {
        let vlan = min(vlan, anyVLAN - 1)
        return isOrdered(source, destination)
            ? (FlowKey(low: source, high: destination, vlan: vlan), .low)
            : (FlowKey(low: destination, high: source, vlan: vlan), .high)
    }

    /// The same ends in other VLANs.
    func inVLAN(_ vlan: UInt64) -> FlowKey { FlowKey(low: low, high: high, vlan: vlan) }

    /// The end on a side.
    func endpoint(_ side: Side) -> Endpoint { side == .low ? low : high }

    /// A hash that depends on a secret, so that no capture can be made whose connections all collide.
    func hash(_ secret: HashSecret) -> UInt32 {
        let ports = UInt64(lowPort) << 16 | UInt64(highPort)
        var mixed = secret.first.folded(lowAddress.low, secret.second ^ lowAddress.high)
        mixed = mixed.folded(highAddress.low, secret.second ^ highAddress.high)
        mixed = mixed.folded(vlan, secret.second ^ ports)
        return UInt32(truncatingIfNeeded: mixed ^ mixed >> 32)
    }

    private static func isOrdered(_ first: Endpoint, _ second: Endpoint) -> Bool {
        if first.port != second.port { return first.port < second.port }
        if first.address.high != second.address.high { return first.address.high < second.address.high }
        return first.address.low <= second.address.low
    }
}

/// Two numbers that differ from process to process.
struct HashSecret: Sendable {
    /// What the mixing starts from.
    let first: UInt64
    /// What the factors are mixed with.
    let second: UInt64

    /// Takes them from the standard library's per-process seed.
    init() {
        first = Self.number(1)
        second = Self.number(2)
    }

    private static func number(_ index: Int) -> UInt64 {
        var hasher = Hasher()
        hasher.combine(index)
        return UInt64(bitPattern: Int64(hasher.finalize()))
    }
}

extension UInt64 {
    /// Mixes two words into this one: the halves of a 128-bit product, xored.
    @inline(__always)
    func folded(_ word: UInt64, _ factor: UInt64) -> UInt64 {
        let product = (self ^ word).multipliedFullWidth(by: factor)
        return product.high ^ product.low
    }
}
