// All that goes over the wire in a rollout: every device's steps in one order of time.

import Dialects
import HeapModule
import Traffic

/// Merges devices and half-open flows by time; holds the upgrades under way, and no more.
struct RolloutTraffic {
    /// An upgrade under way, ordered by its next step, then by the device's number.
    private struct Turn: Comparable {
        let at: Timestamp
        let device: Int
        /// Where the upgrade is kept.
        let slot: Int

        static func < (lhs: Turn, rhs: Turn) -> Bool { (lhs.at, lhs.device) < (rhs.at, rhs.device) }
    }

    /// What was written so far.
    private(set) var summary = RolloutSummary()

    /// Upgrades held in memory now.
    var upgradesUnderWay: Int { turns.count }

    private let rollout: Rollout
    private let dialects: DialectSet
    private let artifact: Artifact
    private var upgrades: [Upgrade?] = []
    private var freeSlots: [Int] = []
    private var turns = Heap<Turn>()
    private var started = 0

    /// A rollout that has not begun.
    init(_ rollout: Rollout) throws {
        self.rollout = rollout
        dialects = try DialectSet.builtIn()
        artifact = Artifact(seed: rollout.seed)
    }

    /// Writes what comes next in time.
    /// - Returns: when it happens; `nil` when nothing is left.
    mutating func next(into batch: inout PacketBatch) throws -> Timestamp? {
        while isStartDue { try start() }
        let time: Timestamp
        if isKnockDue {
            time = nextKnock
            knock(into: &batch)
        } else if let turn = turns.popMin() {
            time = turn.at
            try advance(turn, into: &batch)
        } else {
            return nil
        }
        summary.packets += batch.frames.count
        summary.bytes += batch.bytes.count
        return time
    }

    /// Device n starts within the n-th part of the rollout, so nothing before that part needs it.
    private var isStartDue: Bool {
        guard started < rollout.devices else { return false }
        let slot = Rollout.start.advanced(by: rollout.spacing * started)
        return turns.min.map { slot <= $0.at } ?? true
    }

    private var isKnockDue: Bool {
        guard summary.halfOpenFlows < rollout.halfOpenFlows else { return false }
        return turns.min.map { nextKnock <= $0.at } ?? true
    }

    private var nextKnock: Timestamp {
        Rollout.start.advanced(by: rollout.halfOpenSpacing * summary.halfOpenFlows)
    }

    private mutating func start() throws {
        let upgrade = try Upgrade(started, of: rollout, dialects: dialects, artifact: artifact)
        let slot = freeSlots.popLast() ?? upgrades.count
        if slot == upgrades.count { upgrades.append(upgrade) } else { upgrades[slot] = upgrade }
        if let at = upgrade.next { turns.insert(Turn(at: at, device: started, slot: slot)) }
        summary.fates[UpgradeFate(ofDevice: started), default: 0] += 1
        let isDownloadSeen = UpgradeFate.isDownloadSeen(ofDevice: started)
        summary.downloads += isDownloadSeen ? 1 : 0
        summary.flows += isDownloadSeen ? 2 : 1
        started += 1
    }

    private mutating func advance(_ turn: Turn, into batch: inout PacketBatch) throws {
        try upgrades[turn.slot]?.advance(into: &batch)
        if let at = upgrades[turn.slot]?.next {
            turns.insert(Turn(at: at, device: turn.device, slot: turn.slot))
        } else {
            summary.messages += upgrades[turn.slot]?.publishCount ?? 0
            upgrades[turn.slot] = nil
            freeSlots.append(turn.slot)
        }
    }

    /// A SYN to the broker, each from an address of its own: 172.16.0.0 and up.
    private mutating func knock(into batch: inout PacketBatch) {
        let number = UInt32(truncatingIfNeeded: summary.halfOpenFlows)
        var flow = TCPFlow(
            client: TCPFlow.End(address: 0xAC10_0000 + number, port: 40_000, sequence: number &* 7_919),
            server: TCPFlow.End(address: UpgradingDevice.broker, port: 1_883, sequence: 0)
        )
        flow.knock(into: &batch)
        summary.halfOpenFlows += 1
    }
}
