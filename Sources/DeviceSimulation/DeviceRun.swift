// One run of a device: drives its machine, publishes what it says.

import BrokerLink
import Dialects
import Traffic

/// A connected device; an actor, so that messages and download bytes reach the machine one after another.
actor DeviceRun {
    private var machine: DeviceMachine
    private let client: BrokerClient
    private let dialect: Dialect
    private let configuration: DeviceConfiguration
    private let facts: AsyncStream<DeviceFact>.Continuation
    /// Counts downloads, so that the bytes of an abandoned one are told from those of its successor.
    private var downloadNumber = 0

    init(
        client: BrokerClient,
        dialect: Dialect,
        configuration: DeviceConfiguration,
        facts: AsyncStream<DeviceFact>.Continuation
    ) {
        self.client = client
        self.dialect = dialect
        self.configuration = configuration
        self.facts = facts
        machine = DeviceMachine(identity: configuration.identity, profile: configuration.profile)
    }

    /// Takes a delivery.
    /// - Returns: the download to begin, if it asks for one.
    func receive(_ delivery: Delivery) async throws -> DownloadOrder? {
        guard let event = dialect.read(Message(delivery)) else { return nil }
        facts.yield(.received(event))
        return try await perform(machine.receive(event, at: delivery.receivedAt))
    }

    /// Asks the platform for an upgrade.
    func poll(messageID: String) async throws {
        _ = try await perform(machine.poll(messageID: messageID, at: .now))
    }

    /// Downloads, and tells the machine.
    func download(_ order: DownloadOrder) async throws {
        downloadNumber += 1
        let number = downloadNumber
        var byteCount: Int64 = 0
        facts.yield(.downloadBegan(url: order.url))
        let download = ImageDownload(order: order, localAddress: configuration.bindAddress)
        let end = try await download.run { count in
            byteCount += Int64(count)
            return try await self.receive(byteCount: count, ofDownload: number)
        }
        guard let end else { return }
        facts.yield(.downloadEnded(end, byteCount: byteCount))
        guard number == downloadNumber else { return }
        _ = try await perform(machine.downloadEnded(end, at: .now))
    }

    private func receive(byteCount: Int, ofDownload number: Int) async throws -> Bool {
        guard number == downloadNumber else { return false }
        _ = try await perform(machine.downloadReceived(byteCount: byteCount, at: .now))
        return number == downloadNumber
    }

    private func perform(_ actions: [DeviceAction]) async throws -> DownloadOrder? {
        var order: DownloadOrder?
        for action in actions {
            switch action {
            case .publish(let event): try await publish(event)
            case .download(let begun): order = begun
            case .abandonDownload: downloadNumber += 1
            }
        }
        return order
    }

    private func publish(_ event: UpgradeEvent) async throws {
        let message = try dialect.compose(event)
        try await client.publish(
            topic: message.topic,
            payload: message.payload,
            qos: configuration.profile.publishQoS
        )
        facts.yield(.published(event))
    }
}
