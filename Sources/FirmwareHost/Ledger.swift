// What is on offer, and what has been served: the state shared by all connections of a host.

import Synchronization
import Traffic

/// The offerings by path, and the bounded streams of what was served.
final class Ledger: Sendable {
    /// Reports kept for a consumer that is behind; older ones are dropped and counted.
    static let reportLimit = 65_536

    private struct Slot {
        var offering: Offering
        var requests = 0
    }

    let transfers: AsyncStream<Transfer>
    let lateness: AsyncStream<Duration>
    private let transferReports: AsyncStream<Transfer>.Continuation
    private let latenessReports: AsyncStream<Duration>.Continuation
    private let slots = Mutex<[String: Slot]>([:])
    private let dropped = Mutex(0)

    init() {
        (transfers, transferReports) = AsyncStream.makeStream(
            bufferingPolicy: .bufferingNewest(Self.reportLimit)
        )
        (lateness, latenessReports) = AsyncStream.makeStream(
            bufferingPolicy: .bufferingNewest(Self.reportLimit)
        )
    }

    var droppedReports: Int { dropped.withLock { $0 } }

    func publish(_ offering: Offering) {
        slots.withLock { $0[Self.key(offering.path)] = Slot(offering: offering) }
    }

    func withdraw(_ path: String) {
        slots.withLock { $0[Self.key(path)] = nil }
    }

    /// The offering for a request target and the conditions it meets; only GET requests use a curve up.
    func offering(for target: String, method: String) -> (Offering, NetworkCurve)? {
        slots.withLock { slots in
            let key = Self.key(target)
            guard let slot = slots[key] else { return nil }
            if method == "GET" { slots[key]?.requests += 1 }
            return (slot.offering, slot.offering.curve(forRequest: slot.requests))
        }
    }

    func report(_ transfer: Transfer) {
        if case .dropped = transferReports.yield(transfer) { dropped.withLock { $0 += 1 } }
    }

    func report(lateness: Duration) {
        if case .dropped = latenessReports.yield(lateness) { dropped.withLock { $0 += 1 } }
    }

    func finish() {
        transferReports.finish()
        latenessReports.finish()
    }

    /// The path of a request target, which is a path with a query or an absolute URL (RFC 9112 §3.2).
    private static func key(_ target: String) -> String {
        var rest = target.prefix { $0 != "?" && $0 != "#" }
        if let scheme = rest.firstRange(of: "://"), !rest.hasPrefix("/") {
            let authority = rest[scheme.upperBound...]
            rest = authority.drop { $0 != "/" }
        }
        return rest.hasPrefix("/") ? String(rest) : "/" + rest
    }
}
