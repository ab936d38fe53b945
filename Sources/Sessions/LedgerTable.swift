// The devices in memory, each at a place that it keeps.

import Dialects
import Traffic

/// One device of one dialect: sessions of different devices never mix.
struct LedgerKey: Hashable, Sendable {
    let dialect: String
    let deviceID: String
    /// Hashed once: a ledger is looked up for every message.
    private let mixed: Int

    init(_ event: UpgradeEvent) {
        dialect = event.dialect
        deviceID = event.deviceID
        mixed = event.deviceHash
    }

    init(dialect: String, deviceID: String) {
        self.dialect = dialect
        self.deviceID = deviceID
        mixed = UpgradeEvent.deviceHash(dialect: dialect, deviceID: deviceID)
    }

    func hash(into hasher: inout Hasher) { hasher.combine(mixed) }
}

/// The ledgers of all devices in memory.
///
/// A ledger is changed where it stands: it is too large to be moved for each message.
struct LedgerTable: ~Copyable {
    private var places: [LedgerKey: Int] = [:]
    private var keys: [LedgerKey?] = []
    private var ledgers: [DeviceLedger] = []
    private var free: [Int] = []

    /// How many devices there are.
    var count: Int { places.count }

    /// The place of a device's ledger; `nil` for one that is not in memory.
    func place(of key: LedgerKey) -> Int? { places[key] }

    /// The device at a place.
    func key(at place: Int) -> LedgerKey? { keys[place] }

    /// The ledger at a place.
    subscript(place: Int) -> DeviceLedger {
        _read { yield ledgers[place] }
        _modify { yield &ledgers[place] }
    }

    /// Whether the device at a place has a session of that command id; asked here, since a ledger that is asked outside
    /// the table is copied first.
    func knows(_ command: String, at place: Int) -> Bool { ledgers[place].knows(command: command) }

    /// When the sessions of the device at a place are final.
    func finalAt(_ place: Int) -> Timestamp { ledgers[place].finalAt }

    /// The places of all ledgers, in no order that means anything.
    var occupied: some Sequence<Int> { keys.indices.lazy.filter { [keys] in keys[$0] != nil } }

    /// Adds a device; its ledger's place.
    mutating func open(_ key: LedgerKey, _ ledger: DeviceLedger) -> Int {
        let place: Int
        if let known = free.popLast() {
            place = known
            keys[place] = key
            ledgers[place] = ledger
        } else {
            place = ledgers.count
            keys.append(key)
            ledgers.append(ledger)
        }
        places[key] = place
        return place
    }

    /// Lets a device go.
    mutating func close(_ place: Int) {
        guard let key = keys[place] else { return }
        places[key] = nil
        keys[place] = nil
        ledgers[place] = DeviceLedger(rules: ledgers[place].rules, limit: 0)
        free.append(place)
    }
}
