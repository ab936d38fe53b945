// All that is known of one device, in memory as long as something may still change it.

import Dialects
import Traffic

/// One device's messages, divided into sessions.
///
/// Messages are filed as they arrive; when one arrives out of recorded order, or its time changes, the whole
/// division is made anew before it is told.
struct DeviceLedger: Sendable {
    /// Addresses remembered for one device.
    private static let addressLimit = 4

    /// Messages outside any session that are held until they are reduced to the version they told.
    private static let loneLimit = 64

    let rules: SessionRules
    private(set) var messages: [MessageEvidence] = []
    private(set) var partition: Partition
    private(set) var addresses: [IPAddress] = []
    private(set) var recordings: Set<Int64> = []
    private(set) var lastAt = Timestamp(nanoseconds: .min)
    private(set) var isStale = false
    private(set) var spans: [Session.Key: [TransferSpan]] = [:]
    /// Runs and version before the first message in memory.
    private var attempts: [String: Int] = [:]
    private var baseline: String?
    private let limit: Int

    /// The sessions as they were last told.
    var told: [Session.Key: TrackedSession] = [:]
    /// What matching of downloads last went by, hashed.
    var matchedAs: Int?
    /// When silence alone will change something.
    var nextChange: Timestamp?

    init(rules: SessionRules, limit: Int) {
        self.rules = rules
        self.limit = limit
        partition = Partition(timers: rules.timers)
    }

    /// Lets an earlier run of a command count.
    mutating func remember(_ attempt: Int, of command: String) {
        guard attempts[command] == nil, partition.attempts[command] == nil else { return }
        attempts[command] = attempt
        partition.attempts[command] = attempt
    }

    /// Files a message seen for the first time.
    mutating func receive(
        _ message: Message,
        id: Int64,
        event: UpgradeEvent,
        _ fingerprint: MessageFingerprint
    )
        -> MessageFiling
    {
        let evidence = MessageEvidence(message, id: id, event: event, fingerprint: fingerprint)
        let isInOrder = messages.last.map { MessageEvidence.precedes($0, evidence) } ?? true
        let isPast = spans.values.joined().contains { $0.start > evidence.at }
        if !isInOrder || isPast || evidence.at < lastAt { isStale = true }
        messages.append(evidence)
        note(message, event)
        partition.receive(evidence, handle: messages.count - 1)
        return filing(of: messages.count - 1)
    }

    /// Files one more sight of a message; `nil` when the message is no longer in memory.
    mutating func receiveCopy(_ message: Message, id: Int64, of first: Int64) -> MessageFiling? {
        guard let handle = messages.lastIndex(where: { $0.firstID == first }) else { return nil }
        let before = messages[handle]
        messages[handle].add(message, id: id)
        note(message, before.event)
        let after = messages[handle]
        if after.at != before.at || after.id != before.id || after.isAcknowledged != before.isAcknowledged
            || after.isRedelivery != before.isRedelivery
        {
            isStale = true
        }
        return copyFiling(of: handle)
    }

    /// Takes the downloads of the sessions as life signs.
    mutating func setSpans(_ new: [Session.Key: [TransferSpan]]) {
        guard new != spans else { return }
        spans = new
        isStale = true
    }

    /// Divides the messages anew, in recorded order.
    mutating func refile() {
        isStale = false
        partition = Partition(timers: rules.timers, spans: spans, attempts: attempts, baseline: baseline)
        let order = messages.indices.sorted { MessageEvidence.precedes(messages[$0], messages[$1]) }
        for handle in order { partition.receive(messages[handle], handle: handle) }
    }

    private mutating func note(_ message: Message, _ event: UpgradeEvent) {
        recordings.insert(message.vantage.recordingID)
        lastAt = max(lastAt, message.recordedAt)
        guard let address = message.client?.address, message.isOnDeviceLeg(of: event),
            !addresses.contains(address)
        else { return }
        addresses.append(address)
        if addresses.count > Self.addressLimit { addresses.removeFirst() }
    }
}

// MARK: - Filings

extension DeviceLedger {
    /// Where the sight of a message that counts belongs.
    func filing(of handle: Int) -> MessageFiling {
        let message = messages[handle]
        let placement = partition.placements[handle] ?? Partition.Placement()
        let original = placement.duplicateOf.map { messages[$0].id }
        var filing = MessageFiling(
            session: placement.draft.map { partition.drafts[$0].key },
            role: original.map { .transportDuplicate(of: $0) } ?? .original,
            isAfterEnd: placement.isAfterEnd
        )
        if filing.session == nil, original == nil, message.kind == .unknown {
            filing.finding = InvalidPayload.anomaly(for: message)
        }
        return filing
    }

    private func copyFiling(of handle: Int) -> MessageFiling {
        let original = filing(of: handle)
        return MessageFiling(
            session: original.session,
            role: .copy(of: messages[handle].id),
            isAfterEnd: original.isAfterEnd
        )
    }

    /// The filings of all sightings that differ from what was told.
    mutating func takeFilings() -> [FiledMessage] {
        var changed: [FiledMessage] = []
        for handle in messages.indices {
            let message = messages[handle]
            let original = filing(of: handle)
            let isSame = message.told.map { $0.filing == original && $0.id == message.id } ?? false
            let news = message.sightings.dropFirst(isSame ? message.told?.sightingCount ?? 0 : 0)
            guard !news.isEmpty else { continue }
            let copy = copyFiling(of: handle)
            for sighting in news {
                changed.append(
                    FiledMessage(id: sighting.id, filing: sighting.id == message.id ? original : copy)
                )
            }
            let count = message.sightings.count
            messages[handle].told = .init(filing: original, id: message.id, sightingCount: count)
        }
        return changed
    }
}

// MARK: - Letting go

extension DeviceLedger {
    /// Lets go of the sessions that are final and of what stood alone before them; gives their keys.
    ///
    /// Only sessions that no later one began beside are let go: what the later ones were told of them stays.
    mutating func settle(horizon: Timestamp) -> [Session.Key] {
        var closed = partition
        closed.close()
        let drafts = closed.drafts
        var cut = 0
        var latest = Timestamp(nanoseconds: .min)
        for (index, draft) in drafts.enumerated() {
            latest = max(latest, draft.machine.lastChange(rules.timers))
            guard latest < horizon else { break }
            if index + 1 == drafts.count || drafts[index + 1].firstSeenAt > latest { cut = index + 1 }
        }
        let end =
            cut < drafts.count ? drafts[cut].firstSeenAt : horizon.advanced(by: .zero - rules.timers.close)
        let lone = messages.indices.count { handle in
            partition.placements[handle]?.draft == nil && messages[handle].at < end
        }
        guard cut > 0 || lone >= Self.loneLimit else { return [] }
        letGo(of: cut, standingBefore: end)
        return drafts.prefix(cut).map(\.key)
    }

    private mutating func letGo(of cut: Int, standingBefore end: Timestamp) {
        for draft in partition.drafts.prefix(cut) { attempts[draft.key.command] = draft.key.attempt }
        let settled = Set(partition.drafts.prefix(cut).map(\.key))
        var kept: [MessageEvidence] = []
        var latestVersion = Timestamp(nanoseconds: .min)
        for (handle, message) in messages.enumerated() {
            let draft = partition.placements[handle]?.draft
            if let draft, draft >= cut {
                kept.append(message)
            } else if draft == nil, message.at >= end {
                kept.append(message)
            } else {
                if message.kind == .version, message.at >= latestVersion {
                    latestVersion = message.at
                    baseline = message.event.version ?? baseline
                }
            }
        }
        for key in settled {
            told[key] = nil
            spans[key] = nil
        }
        messages = kept
        refile()
    }

    /// Counts every second progress message and lets it go, when there are too many.
    mutating func thin() {
        guard messages.count > limit else { return }
        var kept: [MessageEvidence] = []
        var carried = 0
        let order = messages.sorted(by: MessageEvidence.precedes)
        for (index, message) in order.enumerated() {
            let isInside = index > 0 && index + 1 < order.count
            if message.kind == .progress, isInside, index % 2 == 1 {
                carried += 1 + message.thinnedBefore
                continue
            }
            kept.append(message)
            kept[kept.count - 1].thinnedBefore += carried
            carried = 0
        }
        messages = Array(kept.suffix(limit))
        refile()
    }
}
