// How a source stays connected to its broker, and what it tells of that.

import BrokerLink
import Spool
import Store
import Synchronization
import Traffic

// MARK: - Staying connected

extension BrokerSource {
    /// Connects again whenever the connection is lost, until the source is closed.
    func stayConnected() async {
        var backoff = Backoff()
        var generator = SystemRandomNumberGenerator()
        while !isClosing.load(ordering: .relaxed) {
            let current = client.withLock(\.self)
            let connectedAt = ContinuousClock.now
            guard let reason = try? await current.waitForEnd(), !isClosing.load(ordering: .relaxed) else {
                return
            }
            // A broker that lets us in and throws us out again is not asked without a pause.
            if connectedAt.duration(to: .now) > Self.steadyTime { backoff.reset() }
            noteLoss(reason)
            while !isClosing.load(ordering: .relaxed) {
                guard (try? await Task.sleep(for: backoff.pause(using: &generator))) != nil else { return }
                if await reconnect() { break }
            }
        }
    }

    /// How long a connection must have held for the pauses to begin anew.
    private static let steadyTime = Duration.seconds(30)

    /// Connects again; a session that the broker kept needs no new subscription.
    private func reconnect() async -> Bool {
        do {
            let next = try await BrokerClient.connect(
                to: settings.address,
                options: settings.client,
                on: loop,
                sink: { [weak self, spool] deliveries in
                    // What arrives proves that the outage is over, even if the recording ends before we hear of it.
                    self?.noteArrival()
                    return spool.append(deliveries)
                }
            )
            if !next.hasResumedSession {
                spool.forgetTaken()
                needsSubscription.store(true, ordering: .relaxed)
            }
            let isNew = needsSubscription.load(ordering: .relaxed)
            if isNew {
                try await subscribe(next)
                needsSubscription.store(false, ordering: .relaxed)
            }
            client.withLock { $0 = next }
            noteReturn(isSessionKept: !isNew)
            if isClosing.load(ordering: .relaxed) {
                await next.disconnect()
            }
            return true
        } catch {
            noteFailure(error)
            return false
        }
    }

    /// Subscribes; a broker that refuses some of the filters is recorded from with the others.
    func subscribe(_ client: BrokerClient) async throws(BrokerError) {
        do {
            try await client.subscribe(to: settings.topics, qos: settings.qos)
        } catch {
            let refused = error.refusedFilters
            guard !refused.isEmpty, refused.count < settings.topics.count else { throw error }
            say(.refused(refused))
        }
    }
}

// MARK: - What is told

extension BrokerSource {
    /// Tells of the subscription, and of an earlier run's session that the broker should have and has not.
    func noteStart(_ client: BrokerClient) {
        say(
            .subscribed(
                filters: settings.topics.count,
                qos: settings.qos,
                clientID: client.clientID,
                isResumed: client.hasResumedSession
            )
        )
        guard !settings.client.isCleanSession, !client.hasResumedSession, let since = settings.cutOffAt else {
            return
        }
        var outage = RecordingOutage(
            recordingID: recordingID,
            startedAt: since,
            cause: "the broker no longer had the session of the run before"
        )
        outage.endedAt = .now()
        outages.withLock { $0.append(outage) }
        lossyOutages.add(1, ordering: .relaxed)
        say(.forgotten(since: since))
    }

    private func noteLoss(_ reason: BrokerError) {
        outages.withLock {
            $0.append(RecordingOutage(recordingID: recordingID, startedAt: .now(), cause: reason.description))
        }
        say(.lost(reason.description))
    }

    private func noteFailure(_ error: BrokerError) {
        let isNews = outages.withLock { outages in
            guard let last = outages.indices.last else { return false }
            defer { outages[last].cause = error.description }
            return outages[last].cause != error.description
        }
        if isNews { say(.lost(error.description)) }
    }

    private func noteArrival() {
        noteReturn(isSessionKept: !needsSubscription.load(ordering: .relaxed))
    }

    /// Ends the outage, unless it has been ended.
    private func noteReturn(isSessionKept: Bool) {
        let outage = outages.withLock { outages -> RecordingOutage? in
            guard let last = outages.indices.last, outages[last].endedAt == nil else { return nil }
            outages[last].endedAt = .now()
            outages[last].isSessionKept = isSessionKept
            return outages[last]
        }
        guard let outage, let end = outage.endedAt else { return }
        if !isSessionKept { lossyOutages.add(1, ordering: .relaxed) }
        say(.back(after: end.duration(since: outage.startedAt), isSessionKept: isSessionKept))
    }

    /// Who never asks is not told for ever.
    func say(_ note: BrokerNote) {
        notes.withLock { notes in notes = notes.suffix(99) + [.broker(settings.address.url, note)] }
    }
}
