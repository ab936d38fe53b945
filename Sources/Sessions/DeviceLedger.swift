// All that is known of one device, in memory as long as something may still change it.

import Dialects
import Traffic

/// One device's messages, divided into sessions.
///
/// Messages are divided as they arrive, reports that go on as those before them when somebody asks; when one arrives out
/// of recorded order, or its time changes, the whole division is made anew before it is told.
final class DeviceLedger {
    /// Addresses remembered for one device.
    private static let addressLimit = 4

    /// Gateways remembered for one device.
    private static let gatewayLimit = 4

    let key: LedgerKey
    let rules: SessionRules
    /// Its place in the table.
    var place = 0
    var messages: [MessageEvidence] = []
    private var filed: Partition
    /// How many messages were left when those that tell nothing were let go last.
    var condensedCount = 0
    /// How many messages are divided.
    private var filedCount = 0
    private(set) var addresses: [IPAddress] = []
    private(set) var recordings: [Int64] = []
    private(set) var lastAt = Timestamp(nanoseconds: .min)
    private(set) var isStale = false
    var spans: [Session.Key: [TransferSpan]] = [:]
    /// Runs and versions before the first message in memory.
    var attempts: [String: Int] = [:]
    var versions = ReportedVersions()
    let limit: Int

    /// A session as it was last told.
    struct Told {
        var hash: Int
        var outcome: Session.Outcome
    }

    var told: [Session.Key: Told] = [:]
    /// The gateways that the device was seen to speak through.
    private(set) var gateways: [String] = []
    /// The gateways' sessions that its sessions are parts of, as they were found last.
    var parents: [Session.Key: ParentSession] = [:]
    /// The command that earlier runs were looked up for last.
    var lastCommandID: String?
    /// Whether it is on the list of those to tell of.
    var isChanged = false
    /// Whether there is more to tell of it than that what it said last goes on.
    var hasNews = false
    /// After how many rounds of telling it came onto that list.
    var changedAfter = 0
    /// What matching of downloads last went by, hashed.
    var matchedAs: Int?
    /// When silence alone will change something, as it was last told; `nil` while it waits to be told.
    var nextChange: Timestamp?
    /// Until when evidence can change something, as it was last told.
    var openUntil = Timestamp(nanoseconds: .max)

    /// How the last message was seen, and whether that was on the device's own leg.
    private var lastSight: (vantage: Vantage, direction: Message.Direction, isDeviceLeg: Bool)?

    init(_ key: LedgerKey, rules: SessionRules, limit: Int) {
        self.key = key
        self.rules = rules
        self.limit = limit
        filed = Partition(rules: rules)
    }

    /// The messages, divided into sessions.
    var partition: Partition {
        _read {
            fileWaiting()
            yield filed
        }
        _modify {
            fileWaiting()
            yield &filed
        }
    }

    private func fileWaiting() {
        while filedCount < messages.count {
            filed.receive(messages, handle: filedCount)
            filedCount += 1
        }
    }

    /// What the last message said.
    var lastStatement: Statement? { messages.last?.statement }

    /// Lets go of all that is held of the device.
    func close() {
        messages = []
        filedCount = 0
        filed = Partition(rules: rules)
    }

    /// Whether this is the command of the latest session, or an earlier run of it counted.
    func knows(command: String) -> Bool {
        partition.drafts.last?.commandID == command || attempts[command] != nil
    }

    /// Lets an earlier run of a command count.
    func remember(_ attempt: Int, of command: String) {
        guard attempts[command] == nil, partition.attempts[command] == nil else { return }
        attempts[command] = attempt
        partition.attempts[command] = attempt
    }

    /// Files a progress report that says what the last message said, apart from figures; whether it was one.
    func receive(repeated sight: MessageSight, _ event: UpgradeEvent) -> Bool {
        guard let statement = messages.last?.statement.shared(by: event) else { return false }
        if let lastSight, lastSight.vantage == sight.vantage, lastSight.direction == sight.direction {
            append(MessageEvidence(sight, event, as: statement, isDeviceLeg: lastSight.isDeviceLeg))
            lastAt = max(lastAt, sight.recordedAt)
        } else {
            append(sight, event, as: statement)
        }
        return true
    }

    /// Files a message seen for the first time; a finding about it, where no session takes it.
    func receive(_ sight: MessageSight, _ event: UpgradeEvent) -> Anomaly? {
        append(sight, event, as: messages.last?.statement.shared(by: event) ?? Statement(event))
        guard event.kind != .progress else { return nil }
        let handle = messages.count - 1
        fileWaiting()
        guard event.kind == .unknown || event.kind == .log else { return nil }
        let placement = filed.placement(of: handle)
        let isTaken = placement.draft != nil || placement.duplicateOf != nil
        if isTaken { return nil }
        return event.kind == .unknown
            ? InvalidPayload.anomaly(for: messages[handle]) : CredentialLeak.anomaly(for: messages[handle])
    }

    private func append(_ sight: MessageSight, _ event: UpgradeEvent, as statement: Statement) {
        let isDeviceLeg = sight.isOnDeviceLeg(of: event)
        lastSight = (sight.vantage, sight.direction, isDeviceLeg)
        append(MessageEvidence(sight, event, as: statement, isDeviceLeg: isDeviceLeg))
        note(sight, event, isDeviceLeg: isDeviceLeg)
    }

    private func append(_ message: MessageEvidence) {
        if message.at < lastAt || !isAfterLast(message) || isPast(message.at) { isStale = true }
        messages.append(message)
    }

    private func isAfterLast(_ message: MessageEvidence) -> Bool {
        messages.isEmpty || MessageEvidence.precedes(messages[messages.count - 1], message)
    }

    /// Files one more sight of a message; one that is no longer in memory is let be.
    func receiveCopy(_ sight: MessageSight, of first: Int64) {
        guard let handle = messages.lastIndex(where: { $0.firstID == first }) else { return }
        let before = messages[handle]
        messages[handle].add(sight)
        note(sight, before.event, isDeviceLeg: sight.isOnDeviceLeg(of: before.event))
        let after = messages[handle]
        if after.at != before.at || after.id != before.id || after.isAcknowledged != before.isAcknowledged
            || after.isRedelivery != before.isRedelivery
        {
            isStale = true
        }
    }

    /// Whether a download that began later was counted already.
    private func isPast(_ time: Timestamp) -> Bool {
        !spans.isEmpty && spans.values.contains { $0.contains { $0.start > time } }
    }

    /// The messages of a session that were not told yet, or not as what they are now.
    func takeLinks(of draft: SessionDraft) -> [MessageLink] {
        let hash = draft.key.hashValue
        var links: [MessageLink] = []
        links.reserveCapacity(draft.pieces.count + draft.duplicates.count)
        for piece in draft.pieces {
            let link = MessageLink(
                id: messages[piece.handle].id,
                role: .original,
                isAfterEnd: piece.isAfterEnd
            )
            messages[piece.handle].takeLinks(link, inSession: hash, into: &links)
        }
        for handle in draft.duplicates {
            guard let original = partition.placement(of: handle).duplicateOf else { continue }
            let role = MessageLink.Role.transportDuplicate(of: messages[original].id)
            let link = MessageLink(id: messages[handle].id, role: role)
            messages[handle].takeLinks(link, inSession: hash, into: &links)
        }
        return links
    }

    /// Whether a session is not as it was told last; it is told now, and counted.
    ///
    /// It is news, too, that the session it is a part of can be named now.
    func isNews(
        _ tracked: TrackedSession,
        _ isParentTold: Bool,
        _ outcomes: inout OutcomeCounts
    ) -> Bool {
        var hasher = Hasher()
        hasher.combine(isParentTold)
        hasher.combine(tracked.session)
        hasher.combine(tracked.transfers)
        let now = Told(hash: hasher.finalize(), outcome: tracked.session.outcome)
        let before = told.updateValue(now, forKey: tracked.session.key)
        outcomes.move(from: before?.outcome, to: now.outcome)
        return before?.hash != now.hash || !tracked.messages.isEmpty
    }

    /// The sessions told of that are no longer present; they are counted no more.
    func takeRetracted(_ present: [AssessedSession], _ outcomes: inout OutcomeCounts) -> [Session
        .Key]
    {
        // All that are present were just told of.
        guard told.count > present.count else { return [] }
        let keys = Set(present.map(\.session.key))
        let gone = told.keys.filter { !keys.contains($0) }
        for key in gone { outcomes.move(from: told.removeValue(forKey: key)?.outcome, to: nil) }
        return gone.sorted { $0.command < $1.command }
    }

    /// The time of the first message in memory; the end of time when there is none.
    var firstAt: Timestamp { messages.first?.at ?? Timestamp(nanoseconds: .max) }

    /// When all its sessions are final, unless more comes.
    var finalAt: Timestamp {
        fileWaiting()
        var latest = lastAt
        // Drafts are looked at where they stand: a closure would be handed copies.
        for index in filed.drafts.indices {
            latest = max(latest, filed.drafts[index].machine.lastChange(rules.timers))
        }
        return latest
    }

    /// Takes the downloads of the sessions as life signs.
    func setSpans(_ new: [Session.Key: [TransferSpan]]) {
        guard new != spans else { return }
        spans = new
        isStale = true
    }

    /// Divides the messages anew, in recorded order.
    func refile() {
        isStale = false
        filed = Partition(rules: rules, spans: spans, attempts: attempts, versions: versions)
        filedCount = messages.count
        var isSorted = true
        for handle in messages.indices.dropFirst() where isSorted {
            isSorted = MessageEvidence.precedes(messages[handle - 1], messages[handle])
        }
        guard !isSorted else { return messages.indices.forEach { filed.receive(messages, handle: $0) } }
        let order = messages.indices.sorted { MessageEvidence.precedes(messages[$0], messages[$1]) }
        for handle in order { filed.receive(messages, handle: handle) }
    }

    private func note(_ sight: MessageSight, _ event: UpgradeEvent, isDeviceLeg: Bool) {
        if !recordings.contains(sight.vantage.recordingID) { recordings.append(sight.vantage.recordingID) }
        lastAt = max(lastAt, sight.recordedAt)
        if let gateway = event.gatewayID, gateways.last != gateway, !gateways.contains(gateway),
            gateways.count < Self.gatewayLimit
        {
            gateways.append(gateway)
        }
        guard isDeviceLeg, let address = sight.client?.address, !addresses.contains(address) else { return }
        addresses.append(address)
        if addresses.count > Self.addressLimit { addresses.removeFirst() }
    }
}
