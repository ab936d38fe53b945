// Sessions from stored evidence: the same tracker, fed from the store in recorded order.

public import Dialects
public import Sessions
public import Store
public import Traffic

/// Derives all sessions of a store again from its messages and transfers.
///
/// Sessions belong to the store, not to a recording: evidence of one upgrade may come from several sources, one
/// after the other. Reading everything in recorded order makes the order of importing irrelevant.
public enum Rederivation {
    /// Replaces the store's sessions by those that its evidence gives with these dialects.
    ///
    /// Sessions keep their numbers. Payloads are read again from their bytes, so that a newer dialect counts.
    /// - Parameters:
    ///   - store: The store.
    ///   - dialects: What reads its messages.
    ///   - limits: How much is held in memory.
    ///   - end: Until when recordings that are still running have watched; their own rows say it of the others.
    /// - Throws: what the store throws.
    public static func run(
        _ store: UpgradeStore,
        dialects: DialectSet,
        limits: TrackerLimits = TrackerLimits(),
        runningUntil end: Timestamp? = nil
    ) throws {
        let recordings = try store.recordings()
        var tracker = SessionTracker(rules: dialects.sessionRules, limits: limits)
        var findings = 0
        var read = 0
        try store.replaceSessions { replacement in
            try store.forEachEvidence { evidence in
                switch evidence {
                case .message(let stored):
                    let events = dialects.events(of: stored.message)
                    if events.isEmpty { return }
                    let sight = MessageSight(stored.message, id: stored.id)
                    for (number, event) in events.enumerated() {
                        let finding = tracker.receive(sight.saying(eventNumber: number), event: event)
                        guard let finding, findings < findingLimit else { continue }
                        findings += 1
                        try replacement.add(finding)
                    }
                case .transfer(let stored):
                    _ = tracker.receive(stored.transfer, id: stored.id, recordingID: stored.recordingID)
                }
                read += 1
                if read.isMultiple(of: evidenceBetweenLooks), tracker.isFull {
                    try replacement.add(tracker.takeChanges())
                }
            }
            // Each recording watched until its own end: silence after it says nothing.
            for recording in recordings {
                if let end = recording.endedAt ?? end { tracker.finish(recordingID: recording.id, at: end) }
            }
            var changes = tracker.takeChanges(atMost: devicesAtOnce)
            while !changes.isEmpty {
                try replacement.add(changes)
                changes = tracker.takeChanges(atMost: devicesAtOnce)
            }
        }
    }

    /// Evidence read between two looks at whether there is much to tell: a look goes over all devices.
    private static let evidenceBetweenLooks = 1_024

    /// Devices whose sessions are handed to the store at once.
    private static let devicesAtOnce = 512

    /// Findings about evidence without a session that are kept; the messages themselves are all kept.
    private static let findingLimit = 100_000
}

private extension SessionReplacement {
    func add(_ changes: SessionChanges) throws {
        for session in changes.derivedSessions { try add(session) }
    }
}
