// Which devices speak through which gateway. dialects.md §4.3.

import Traffic

/// The children of each gateway in memory.
struct Families: Sendable {
    private var children: [LedgerKey: Set<LedgerKey>] = [:]

    /// Notes that a device speaks through a gateway.
    mutating func add(_ child: LedgerKey, to gateway: String) {
        guard gateway != child.deviceID else { return }
        children[LedgerKey(dialect: child.dialect, deviceID: gateway), default: []].insert(child)
    }

    /// The devices that speak through a gateway.
    func children(of gateway: LedgerKey) -> Set<LedgerKey> { children[gateway] ?? [] }

    /// Forgets a device that is let go.
    mutating func remove(_ child: LedgerKey, gateways: [String]) {
        for gateway in gateways {
            let key = LedgerKey(dialect: child.dialect, deviceID: gateway)
            children[key]?.remove(child)
            if children[key]?.isEmpty == true { children[key] = nil }
        }
    }
}

/// The gateway's own session of which a child's session is a part.
struct ParentSession: Hashable, Sendable {
    var key: Session.Key
    /// When the gateway was offered the upgrade.
    var offeredAt: Timestamp?
    /// Whether it was told of, so that a store knows it.
    var isTold = false
}
