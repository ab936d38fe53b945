// Decides which session a download belongs to. dialects.md §5.4 rule 4.

import Dialects
import Traffic

/// A session that may have asked for a download.
struct TransferCandidate: Sendable {
    var key: Session.Key
    var ledger: LedgerKey
    var urls: [ArtifactURL]
    /// Addresses the device, or its gateway, was seen at.
    var addresses: [IPAddress]
    var gatewayID: String?
    var from: Timestamp
    /// Until when the session is under way.
    var openUntil: Timestamp
    /// Until when it takes late evidence.
    var until: Timestamp
    /// When the download was to be expected: acceptance, else offer.
    var anchor: Timestamp

    func takes(_ at: Timestamp) -> Bool {
        from.advanced(by: .zero - Partition.mergeWindow) <= at && at <= until
    }

    func isOpen(_ at: Timestamp) -> Bool { from <= at && at <= openUntil }

    func distance(from at: Timestamp) -> Duration {
        max(at, anchor).duration(since: min(at, anchor))
    }
}

/// Which sessions a download served.
struct Ownership: Hashable, Sendable {
    var owner: Session.Key
    var ledger: LedgerKey
    var isAmbiguous = false
    var further: [Session.Key] = []
    var furtherLedgers: [LedgerKey] = []
}

/// A redirect that a session's device was given.
struct Redirection: Hashable, Sendable {
    var source: Int64
    var target: ArtifactURL
    var client: IPAddress
    var at: Timestamp
    var owner: Session.Key
    var ledger: LedgerKey
}

/// Matches the downloads of one path with the sessions that were offered it.
struct TransferMatching {
    /// How long after a redirect its target may be asked for.
    private static let redirectWindow = Duration.seconds(60)

    private let candidates: [TransferCandidate]
    private let redirections: [Redirection]
    private var byURL: [String: [Int]] = [:]
    private var byAddress: [IPAddress: [Int]] = [:]
    private var byGateway: [String: [Int]] = [:]
    private var owned: [Session.Key: Int] = [:]

    init(candidates: [TransferCandidate], redirections: [Redirection]) {
        self.candidates = candidates
        self.redirections = redirections
        for (index, candidate) in candidates.enumerated() {
            for url in candidate.urls { byURL[url.exact, default: []].append(index) }
            for address in candidate.addresses { byAddress[address, default: []].append(index) }
            if let gateway = candidate.gatewayID { byGateway[gateway, default: []].append(index) }
        }
    }

    /// The owners of downloads that are given in the order of their requests.
    mutating func owners(of transfers: [TransferEvidence]) -> [Int64: Ownership] {
        var owners: [Int64: Ownership] = [:]
        for transfer in transfers {
            guard let ownership = owner(of: transfer) else { continue }
            owned[ownership.owner, default: 0] += 1
            owners[transfer.firstID] = ownership
        }
        for children in byGateway.values where children.count > 1 {
            share(transfers, among: children, &owners)
        }
        return owners
    }

    private func owner(of transfer: TransferEvidence) -> Ownership? {
        let exact = exactCandidates(for: transfer)
        if !exact.isEmpty { return choose(exact, for: transfer) }
        if let redirected = redirected(transfer) { return redirected }
        guard transfer.url.isTelling else { return nil }
        let at = transfer.exchange.requestedAt
        let near = (byAddress[transfer.exchange.client.address] ?? []).filter { index in
            candidates[index].takes(at) && candidates[index].urls.contains { $0.path == transfer.url.path }
        }
        if !near.isEmpty { return choose(near, for: transfer) }
        let open = candidates.indices.filter { index in
            candidates[index].isOpen(at)
                && candidates[index].urls.contains { $0.path == transfer.url.path }
        }
        return open.isEmpty ? nil : choose(open, for: transfer)
    }

    private func exactCandidates(for transfer: TransferEvidence) -> [Int] {
        let at = transfer.exchange.requestedAt
        // A deployment gives one URL to its whole fleet: those at the client's address come first.
        let local = (byAddress[transfer.exchange.client.address] ?? []).filter { index in
            candidates[index].takes(at) && candidates[index].urls.contains(transfer.url)
        }
        if !local.isEmpty { return local }
        return (byURL[transfer.url.exact] ?? []).filter { candidates[$0].takes(at) }
    }

    private func redirected(_ transfer: TransferEvidence) -> Ownership? {
        let exchange = transfer.exchange
        let origin = redirections.last { redirection in
            let delay = exchange.requestedAt.duration(since: redirection.at)
            return redirection.target == transfer.url && redirection.client == exchange.client.address
                && delay >= .zero && delay <= Self.redirectWindow
        }
        return origin.map { Ownership(owner: $0.owner, ledger: $0.ledger) }
    }

    // MARK: - Choice among several

    private func choose(_ found: [Int], for transfer: TransferEvidence) -> Ownership? {
        let at = transfer.exchange.requestedAt
        let address = transfer.exchange.client.address
        var left = narrowed(found) { candidates[$0].isOpen(at) }
        left = narrowed(left) {
            candidates[$0].addresses.isEmpty || candidates[$0].addresses.contains(address)
        }
        let isShared = sharedGateway(of: left) != nil
        let isAmbiguous = left.count > 1 && !isShared
        let wantsOwned = transfer.isResume
        left = narrowed(left) { (owned[candidates[$0].key] ?? 0 > 0) == wantsOwned }
        let nearest = left.min { precedes(candidates[$0], candidates[$1], at: at) }
        return nearest.map {
            Ownership(owner: candidates[$0].key, ledger: candidates[$0].ledger, isAmbiguous: isAmbiguous)
        }
    }

    private func narrowed(_ found: [Int], _ condition: (Int) -> Bool) -> [Int] {
        guard found.count > 1 else { return found }
        let left = found.filter(condition)
        return left.isEmpty ? found : left
    }

    private func precedes(_ left: TransferCandidate, _ right: TransferCandidate, at: Timestamp) -> Bool {
        let mine = left.distance(from: at)
        let theirs = right.distance(from: at)
        if mine != theirs { return mine < theirs }
        return (left.key.deviceID, left.key.command, left.key.attempt)
            < (right.key.deviceID, right.key.command, right.key.attempt)
    }

    private func sharedGateway(of found: [Int]) -> String? {
        guard let first = found.first, let gateway = candidates[first].gatewayID else { return nil }
        return found.allSatisfy { candidates[$0].gatewayID == gateway } ? gateway : nil
    }

    // MARK: - Gateways

    /// A gateway fetches once for all its children: those without a download of their own share its downloads.
    private func share(
        _ transfers: [TransferEvidence],
        among children: [Int],
        _ owners: inout [Int64: Ownership]
    ) {
        let keys = Set(children.map { candidates[$0].key })
        for transfer in transfers {
            guard var ownership = owners[transfer.firstID], keys.contains(ownership.owner) else { continue }
            let at = transfer.exchange.requestedAt
            for other in children.map({ candidates[$0] }) where other.ledger != ownership.ledger {
                guard owned[other.key] == nil, other.takes(at), at <= other.openUntil else { continue }
                ownership.further.append(other.key)
                ownership.furtherLedgers.append(other.ledger)
            }
            owners[transfer.firstID] = ownership
        }
    }
}
