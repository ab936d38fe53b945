// Opens the sources of a run of `record`, each with its row in the store.

import BrokerLink
import PacketSources
import Spool
import Store
import Traffic

/// How each source that a plan names is opened.
struct RecordingOpening {
    let plan: RecordingPlan
    let store: UpgradeStore
    /// What every broker is asked for.
    let topics: [String]

    /// Opens the interface, when the plan names one.
    func openInterface() async throws -> OpenSource<InterfaceSource>? {
        guard let interface = plan.interface else { return nil }
        let id = try begin("\(interface.name) (\(interface.filter))", .interface)
        do {
            let source = try InterfaceSource.open(
                interface,
                recordingID: id,
                limits: plan.reading,
                spoolFolder: SpoolFolders.packets(besideStoreAt: store.path)
            )
            return OpenSource(source: source, recordingID: id)
        } catch {
            try giveUp(id, holdsEvidence: false)
            throw error
        }
    }

    /// Connects and subscribes; tries again what may heal by itself where somebody wants to wait for it.
    func openBroker(_ subscription: BrokerSubscription) async throws -> OpenSource<BrokerSource> {
        let settings = try settings(of: subscription)
        let id = try begin(settings.address.url, .broker)
        var hasSpooled = false
        do {
            let spool = try BrokerSource.spool(settings, recordingID: id)
            defer { hasSpooled = spool.state.waitingCount > 0 }
            var wait = BrokerWait(for: settings.address.url, plan)
            let source = try await BrokerSource.open(settings, recordingID: id, spool: spool) { error in
                try await wait.pause(after: error)
            }
            return OpenSource(source: source, recordingID: id)
        } catch {
            try giveUp(id, holdsEvidence: hasSpooled)
            throw error
        }
    }

    /// Ends a recording whose start has failed; without evidence of its own nothing is left of it.
    ///
    /// A service that is started again and again would otherwise leave a row each time.
    func giveUp(_ id: Int64, holdsEvidence: Bool) throws(StoreError) {
        if holdsEvidence {
            try store.finishRecording(id, endedAt: .now(), counts: RecordingCounts(), state: .failed)
        } else {
            try store.discardRecording(id)
            SpoolFolders.removeIfEmpty(beside: store)
        }
    }

    private func settings(of subscription: BrokerSubscription) throws -> BrokerSource.Settings {
        let address = try subscription.address()
        let stableID = StableClientID.of(address, storePath: store.path)
        // The same client id at two brokers is two sessions, and two spools.
        let spool = subscription.clientID.map { "\($0)-\(stableID)" } ?? stableID
        return BrokerSource.Settings(
            address: address,
            topics: subscription.filters(topics),
            asked: plan.topics,
            qos: plan.qos,
            client: subscription.options(to: address, stableID: stableID),
            keepsSession: subscription.keepsSession,
            cutOffAt: try EarlierRun.cutOff(of: address.url, in: store) ?? plan.follows,
            spoolFolder: SpoolFolders.folder(of: spool, beside: store),
            spoolLimits: SpoolLimits(bytes: plan.spoolBytes)
        )
    }

    private func begin(_ name: String, _ kind: RecordingStart.Kind) throws(StoreError) -> Int64 {
        let version = ToolVersion.current
        return try store.beginRecording(
            RecordingStart(source: name, kind: kind, startedAt: .now(), toolVersion: version)
        )
    }
}
