// The stage of one replay: broker, host, device and observer, for as long as it takes.

import BrokerLink
import DeviceSimulation
import Dialects
import FirmwareHost
import Replay
import Sessions
import Store
import Traffic

/// Sets up what a replay needs around its conversation.
struct ReplayStage {
    let plan: ReplayPlan
    let recorded: SessionTrace
    let settings: ReplaySettings
    let dialect: Dialect
    let host: FirmwareOrigin

    /// Plays the plan to its end against a simulated device.
    ///
    /// Everything that happens arrives in one stream, so that the machine is asked by one task only.
    func perform(at address: BrokerAddress) async throws -> ReplayPerformance {
        let client = try await BrokerClient.connect(to: address)
        try await client.subscribe(to: dialect.subscriptions, qos: .atLeastOnce)
        let (inputs, wake) = AsyncStream.makeStream(of: ReplayInput.self)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            defer { group.cancelAll() }
            group.addTask { for await delivery in client.deliveries { wake.yield(.delivery(delivery)) } }
            group.addTask { [host] in for await transfer in host.transfers { wake.yield(.served(transfer)) } }
            group.addTask { [host] in
                for await late in host.lateness { wake.yield(.segment(lateness: late)) }
            }
            try await startDevice(at: address, in: &group, wake: wake)
            var performance = try await play(client, inputs, wake)
            performance.lostReports += Int64(host.droppedReports)
            await client.disconnect()
            return performance
        }
    }

    private func startDevice(
        at address: BrokerAddress,
        in group: inout ThrowingTaskGroup<Void, any Error>,
        wake: AsyncStream<ReplayInput>.Continuation
    ) async throws {
        let device = try ReplayDevice(of: recorded).device(at: address, dialect: dialect)
        group.addTask {
            do {
                try await device.run()
            } catch {
                wake.yield(.broken("The simulated device failed: \(error)"))
            }
        }
        var facts = device.events.makeAsyncIterator()
        try await DeviceLife.waitForSubscription(&facts)
    }

    private func play(
        _ client: BrokerClient,
        _ inputs: AsyncStream<ReplayInput>,
        _ wake: AsyncStream<ReplayInput>.Continuation
    ) async throws -> ReplayPerformance {
        var conversation = ReplayConversation(
            plan: plan,
            settings: settings,
            dialect: dialect,
            client: client,
            offering: offering()
        )
        var arriving = inputs.makeAsyncIterator()
        try await conversation.start()
        while !conversation.isFinished {
            let timer = conversation.nextDeadline.map { deadline in
                Task {
                    try await Task.sleep(until: deadline, clock: .continuous)
                    wake.yield(.deadline)
                }
            }
            defer { timer?.cancel() }
            guard let input = await arriving.next() else { throw CancellationError() }
            try await conversation.receive(input)
        }
        return conversation.finish()
    }

    /// Publishes the image at the recorded path and says how it stands to the offer.
    private func offering() -> OfferRewriting {
        let image = FirmwareImage.filler(seed: 1, byteCount: plan.image.byteCount)
        let url = host.publish(Offering(path: path, image: image, curves: plan.downloads))
        let served = ServedImage(
            url: url,
            byteCount: image.byteCount,
            digests: ["sha256": image.sha256, "md5": image.md5]
        )
        return OfferRewriting(relation: plan.image, image: served)
    }

    /// The recorded URL's path without its query: expired credentials are not repeated.
    private var path: String {
        let path = plan.session.url.map(URLText.path(of:)) ?? ""
        return path.utf8.count > 1 && path.hasPrefix("/") && path.allSatisfy(\.isASCII) ? path : "/image.bin"
    }
}
