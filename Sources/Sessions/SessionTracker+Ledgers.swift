// Opens devices' ledgers, tells of them, and lets them go.

import Dialects
import Traffic

extension SessionTracker {
    mutating func openLedger(_ key: LedgerKey) -> Int {
        makeRoom()
        let rules = rules[key.dialect] ?? SessionRules()
        return ledgers.open(DeviceLedger(key, rules: rules, limit: limits.messagesPerDevice))
    }

    /// Makes room when there is too much: devices go whose sessions are final.
    ///
    /// Where that is not enough, reports go that tell nothing, and then the devices whose sessions will soonest be final.
    mutating func makeRoom() {
        guard ledgers.count >= limits.devices || messageCount >= limits.messages else { return }
        var leaving = ledgers.occupied.map { (place: $0, finalAt: ledgers[$0].finalAt) }
            .sorted { $0.finalAt < $1.finalAt }
            .prefix(ledgers.count / 8 + 1)
        let final = leaving.prefix { surroundings.horizon(ledgers[$0.place].recordings) > $0.finalAt }
        letGo(final.map(\.place))
        leaving.removeFirst(final.count)
        if isRoomy { return }
        if messageCount >= limits.messages { condense() }
        if isRoomy { return }
        letGo(leaving.map(\.place))
    }

    /// Whether there is room again for a while.
    private var isRoomy: Bool {
        ledgers.count < limits.devices - limits.devices / 16
            && messageCount < limits.messages - limits.messages / 16
    }

    private mutating func letGo(_ leaving: [Int]) {
        settleTransfers(of: leaving)
        for place in leaving {
            if !isSettled(place) { tell(place, isLettingGo: true) }
            guard let key = ledgers.key(at: place) else { continue }
            messageCount -= ledgers[place].messages.count
            let drafts = ledgers[place].partition.drafts
            families.remove(key, gateways: ledgers[place].gateways)
            ledgers.close(place)
            forget(drafts, of: key)
            changed.remove(place)
        }
        let closed = Set(leaving)
        untold.removeAll(where: closed.contains)
    }

    /// Lets go of reports that tell nothing, of the devices that made most since this was last done.
    private mutating func condense() {
        var longest: [(place: Int, count: Int)] = []
        for place in ledgers.occupied {
            let count = ledgers[place].messages.count
            if count >= max(Self.leastCondensed, 2 * ledgers[place].condensedCount) {
                longest.append((place, count))
            }
        }
        longest.sort { $0.count > $1.count }
        var left = limits.messages / 4
        let places = longest.prefix { entry in
            left -= entry.count
            return left > -entry.count
        }
        .map(\.place)
        settleTransfers(of: places)
        for place in places {
            tell(place)
            messageCount -= ledgers[place].messages.count
            ledgers[place].condense()
            messageCount += ledgers[place].messages.count
        }
    }

    /// Messages of a device of which it is worth asking whether all tell something.
    private static let leastCondensed = 32

    /// Whether a device was told of as it is, and nothing can change it any more.
    private func isSettled(_ place: Int) -> Bool {
        guard !ledgers[place].isChanged, let next = ledgers[place].nextChange else { return false }
        let horizon = surroundings.horizon(ledgers[place].recordings)
        return horizon <= next && ledgers[place].openUntil < horizon
    }

    /// Assesses a device's sessions and notes what changed.
    mutating func tell(_ place: Int, isLettingGo: Bool = false) {
        guard let key = ledgers.key(at: place) else { return }
        // Evidence may have come since the device was settled.
        refile(place)
        let horizon = surroundings.horizon(ledgers[place].recordings)
        let parents = parents(of: place, key)
        // First all are assessed: assessing reads the messages where they stand, telling changes them.
        var assessed = ledgers[place].sessions(pool, surroundings, parents).map { evidence in
            AssessedSession(evidence, letGoAt: isLettingGo ? horizon : nil, retention: limits.retention)
        }
        if assessed.contains(where: \.isLetGoEarly) { devicesLetGoEarly += 1 }
        var isNewlyTold = false
        for index in assessed.indices {
            let session = assessed[index].session
            let tracked = TrackedSession(
                session: session,
                messages: ledgers[place].takeLinks(of: assessed[index].draft),
                transfers: pool.links(of: assessed[index].transfers, to: session.key)
            )
            isNewlyTold = isNewlyTold || ledgers[place].told[session.key] == nil
            if ledgers[place].isNews(tracked, parents[session.key]?.isTold ?? false, &outcomes) {
                pending.sessions.append(tracked)
            }
        }
        if isNewlyTold, !isLettingGo { noteChildren(of: key) }
        pending.retracted += ledgers[place].takeRetracted(assessed, &outcomes)
        ledgers[place].nextChange = assessed.lazy.map(\.nextChange).min()
        ledgers[place].openUntil = assessed.lazy.map(\.openUntil).max() ?? Timestamp(nanoseconds: .min)
        assessed = []
        messageCount -= ledgers[place].messages.count
        let settled = ledgers[place].settle(horizon: horizon.advanced(by: .zero - limits.retention))
        ledgers[place].thin()
        messageCount += ledgers[place].messages.count
        forget(settled, of: key)
    }

    /// Forgets sessions that a device's ledger no longer holds, except how often their commands ran.
    private mutating func forget(_ drafts: [SessionDraft], of ledger: LedgerKey) {
        guard !drafts.isEmpty else { return }
        let left = ledgers.place(of: ledger).map { ledgers[$0].paths { _ in true } } ?? []
        for draft in drafts {
            // A session without a command id is named by its time, and that does not come again.
            if draft.commandID != nil { remember(draft.key) }
            pool.release(draft.key)
            for path in draft.urls.lazy.map(\.path) where !left.contains(path) {
                interest[path]?.remove(ledger)
                if interest[path]?.isEmpty == true { interest[path] = nil }
            }
        }
    }
}
