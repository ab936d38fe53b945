// Which names were looked up in vain, and by which names addresses are known. RFC 1035 §7.

import DequeModule
import Traffic

/// Follows look-ups over UDP from the first query to the time by which an address should have come.
///
/// A resolver that fails has others asked in its place, and a name without an IPv6 address has mostly one of the
/// other kind: so nothing is said of a look-up before its time is over.
struct NameLookups: Sendable {
    /// Who looks up what.
    private struct Key: Hashable {
        var asker: IPAddress
        var name: String
    }

    private struct Lookup {
        var unreached: UnreachedServer
        var queryCount: UInt8 = 0
        /// Why the last answer gave no address.
        var cause: UnreachedServer.Cause?
        /// Whether an address came, or may have come.
        var isResolved = false

        /// Whether it was asked again, and not merely seen twice.
        var isRepeated: Bool {
            queryCount > 1
                && unreached.endedAt.nanoseconds(since: unreached.startedAt) >= OpeningWatch.leastPause
        }
    }

    /// An address as one asker was given it.
    private struct Resolution: Hashable {
        var asker: IPAddress
        var address: IPAddress
    }

    /// `limits.answerTime` in nanoseconds.
    let patience: Int64
    /// By how much packets may be out of order, in nanoseconds, before a clock counts as set back.
    static let disorder: Int64 = 1_000_000_000
    private let lookupLimit: Int
    private let nameLimit: Int
    private var open: [Key: Lookup] = [:]
    /// The keys of `open`, the longest followed first.
    private var order = Deque<Key>()
    /// When they were begun, in the same order: it is asked for with every packet.
    private var starts = Deque<Timestamp>()
    private var names: [Resolution: String] = [:]
    private var resolutions = Deque<Resolution>()
    /// Look-ups no longer followed of which nothing can be said.
    private var forgotten: Int64 = 0

    /// Nothing looked up.
    init(limits: WireLimits) {
        patience = limits.answerTime.wholeNanoseconds
        lookupLimit = limits.lookups
        nameLimit = limits.resolvedAddresses
    }

    /// Whether the time of some look-up is over.
    ///
    /// - Complexity: O(1); no hashing, no allocation.
    func isDue(at now: Timestamp) -> Bool {
        guard let first = starts.first else { return false }
        let waited = now.nanoseconds(since: first)
        // A clock that has jumped back makes waiting meaningless; packets out of order are not a clock's doing.
        return waited < -Self.disorder || waited >= patience || starts.count > lookupLimit
    }

    /// The name for which an asker was given an address last; `nil` when that was not seen, or long ago.
    func name(of address: IPAddress, for asker: IPAddress) -> String? {
        names.isEmpty ? nil : names[Resolution(asker: asker, address: address)]
    }

    /// Takes a datagram that is no TCP; what is no look-up of an address is let be.
    mutating func receive(_ datagram: Datagram, in bytes: RawSpan, at timestamp: Timestamp) {
        let start = datagram.payload.lowerBound
        guard datagram.transport == 17, datagram.fragment == nil, datagram.payload.count > 8 else { return }
        let source = Endpoint(address: datagram.source, port: bytes.uint16(at: start))
        let destination = Endpoint(address: datagram.destination, port: bytes.uint16(at: start + 2))
        guard source.port == 53 || destination.port == 53,
            let message = try? DNSMessage.read(bytes, in: start + 8..<datagram.payload.upperBound)
        else { return }
        if message.isResponse, source.port == 53 {
            receive(message, from: source, to: destination, timestamp)
        } else if !message.isResponse, destination.port == 53 {
            let key = follow(message.name, of: source, at: destination, timestamp)
            if let count = open[key]?.queryCount, count < .max { open[key]?.queryCount += 1 }
        }
    }

    private mutating func receive(
        _ answer: DNSMessage,
        from resolver: Endpoint,
        to asker: Endpoint,
        _ timestamp: Timestamp
    ) {
        let key = follow(answer.name, of: asker, at: resolver, timestamp)
        for address in answer.addresses { note(answer.name, of: address, for: asker.address) }
        if !answer.addresses.isEmpty || (answer.code == 0 && !answer.isWhole) {
            open[key]?.isResolved = true
        } else {
            open[key]?.cause = Self.cause(answer.code)
            open[key]?.unreached.server = resolver
        }
    }

    /// RFC 1035 §4.1.1, RFC 2308 §2.
    private static func cause(_ code: UInt8) -> UnreachedServer.Cause {
        switch code {
        case 0: .noAddress
        case 3: .noSuchName
        case 5: .resolverRefused
        default: .resolverFailed
        }
    }

    /// The look-up that a message belongs to, begun with it where there is none.
    private mutating func follow(
        _ name: String,
        of asker: Endpoint,
        at resolver: Endpoint,
        _ timestamp: Timestamp
    ) -> Key {
        let key = Key(asker: asker.address, name: name)
        guard open[key] == nil else {
            open[key]?.unreached.endedAt = timestamp
            return key
        }
        let unreached = UnreachedServer(
            client: asker,
            server: resolver,
            name: name,
            startedAt: timestamp,
            endedAt: timestamp,
            count: 0,
            cause: .resolverSilent
        )
        open[key] = Lookup(unreached: unreached)
        order.append(key)
        starts.append(timestamp)
        return key
    }

    private mutating func note(_ name: String, of address: IPAddress, for asker: IPAddress) {
        let resolution = Resolution(asker: asker, address: address)
        if names.updateValue(name, forKey: resolution) == nil { resolutions.append(resolution) }
        if resolutions.count > nameLimit, let first = resolutions.popFirst() { names[first] = nil }
    }

    // MARK: - Telling

    /// The next name whose look-up has come to nothing; `nil` when there is none whose time is over.
    mutating func takeDue(at now: Timestamp) -> UnreachedServer? {
        while isDue(at: now), let start = starts.first {
            let isOver = now.nanoseconds(since: start) >= patience
            if let unreached = takeFirst(isOver: isOver, countsUnknown: true) { return unreached }
        }
        return nil
    }

    /// How many look-ups are no longer followed, and nothing was said of them, since this was last asked.
    mutating func takeForgotten() -> Int64 {
        defer { forgotten = 0 }
        return forgotten
    }

    /// The names whose look-ups have come to nothing by the end of the capture.
    mutating func takeAll() -> [UnreachedServer] {
        var all: [UnreachedServer] = []
        while !order.isEmpty { if let unreached = takeFirst(isOver: false) { all.append(unreached) } }
        return all
    }

    /// A single query without an answer says nothing unless there was time to answer it; a tap may see it twice.
    private mutating func takeFirst(isOver: Bool, countsUnknown: Bool = false) -> UnreachedServer? {
        starts.removeFirst()
        guard let lookup = order.popFirst().flatMap({ open.removeValue(forKey: $0) }), !lookup.isResolved
        else { return nil }
        guard lookup.cause != nil || isOver || lookup.isRepeated else {
            if countsUnknown { forgotten += 1 }
            return nil
        }
        var unreached = lookup.unreached
        unreached.count = max(1, Int(lookup.queryCount))
        unreached.cause = lookup.cause ?? .resolverSilent
        return unreached
    }
}
