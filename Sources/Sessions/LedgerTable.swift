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
struct LedgerTable: ~Copyable {
    private var places: [LedgerKey: Int] = [:]
    private var ledgers: [DeviceLedger?] = []
    private var free: [Int] = []
    /// Ledgers by the texts of their last event: nearly all messages say what their device's last one said.
    private var recent = [DeviceLedger?](repeating: nil, count: recentCount)

    /// A power of two.
    private static let recentCount = 8_192

    /// How many devices there are.
    var count: Int { places.count }

    /// The place of a device's ledger; `nil` for one that is not in memory.
    func place(of key: LedgerKey) -> Int? { places[key] }

    /// The device at a place.
    func key(at place: Int) -> LedgerKey? { ledgers[place]?.key }

    /// The ledger at a place, which must be taken.
    subscript(place: Int) -> DeviceLedger {
        guard let ledger = ledgers[place] else {
            preconditionFailure("A place without a ledger is never asked for")
        }
        return ledger
    }

    /// The places of all ledgers, in no order that means anything.
    var occupied: some Sequence<Int> { ledgers.indices.lazy.filter { [ledgers] in ledgers[$0] != nil } }

    /// The ledger whose last event had the same texts; `nil` where that is not known.
    func recent(_ event: UpgradeEvent) -> DeviceLedger? {
        guard let ledger = recent[Self.slot(of: event)],
            ledger.lastStatement?.event.sharesTexts(with: event) == true
        else { return nil }
        return ledger
    }

    /// Notes that a ledger's last event is this one.
    mutating func note(_ ledger: DeviceLedger, last event: UpgradeEvent) {
        recent[Self.slot(of: event)] = ledger
    }

    private static func slot(of event: UpgradeEvent) -> Int {
        // Objects are aligned: the lowest bits tell nothing.
        Int(bitPattern: event.textsIdentity) >> 5 & (recentCount - 1)
    }

    /// Adds a device; its ledger's place.
    mutating func open(_ ledger: DeviceLedger) -> Int {
        let place: Int
        if let known = free.popLast() {
            place = known
            ledgers[place] = ledger
        } else {
            place = ledgers.count
            ledgers.append(ledger)
        }
        ledger.place = place
        places[ledger.key] = place
        return place
    }

    /// Lets a device go.
    mutating func close(_ place: Int) {
        guard let ledger = ledgers[place] else { return }
        places[ledger.key] = nil
        ledgers[place] = nil
        // It may still be known as a recent one.
        ledger.close()
        free.append(place)
    }
}
