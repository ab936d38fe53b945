// The demo's stage: a private broker, a firmware host and simulated devices, recorded while they upgrade.

import BrokerLink
import DeviceSimulation
public import Dialects
import FirmwareHost
import Sessions
public import Store
import Traffic

/// Runs upgrades of simulated devices and records them.
public struct DemoStage: Sendable {
    /// Size of the offered images in bytes.
    public static let imageBytes: Int64 = 131_072
    private static let bytesPerSecond: Int64 = 65_536

    private let cast: [DemoDevice]
    private let dialects: DialectSet

    /// A stage for these devices.
    public init(cast: [DemoDevice], dialects: DialectSet) {
        self.cast = cast
        self.dialects = dialects
    }

    /// Offers every device its upgrade and records until all have ended.
    ///
    /// - Parameters:
    ///   - store: Where to.
    ///   - isSniffing: Whether loopback is sniffed beside the subscription; otherwise the host's exchanges are the
    ///     HTTP evidence.
    ///   - packetFile: Keeps the sniffed packets too.
    ///   - progress: Called several times a second.
    /// - Returns: what was recorded.
    /// - Throws: `RunError` when a part cannot be started or the upgrades do not end.
    public func record(
        to store: UpgradeStore,
        isSniffing: Bool,
        packetFile: String? = nil,
        progress: @escaping @Sendable (RecordingProgress) -> Void = { _ in }
    ) async throws -> RecordingSummary {
        try await withPrivateBroker { broker in
            try await withFirmwareHost { host in
                var plan = RecordingPlan()
                let url = "mqtt://\(broker.address.host):\(broker.address.port)"
                plan.brokers = [BrokerSubscription(url: url)]
                if isSniffing {
                    var interface = InterfacePlan(name: "lo")
                    interface.filter = "tcp port \(broker.address.port) or tcp port \(host.port)"
                    interface.packetFiles = packetFile.map { PacketFileSettings(path: $0) }
                    plan.interface = interface
                }
                return try await LiveRecording.run(plan, store: store, dialects: dialects) { recording in
                    try await perform(
                        at: broker.address,
                        host,
                        recording,
                        reportsServed: !isSniffing,
                        progress
                    )
                }.summary
            }
        }
    }

    private func perform(
        at address: BrokerAddress,
        _ host: FirmwareOrigin,
        _ recording: LiveRecording,
        reportsServed: Bool,
        _ progress: @escaping @Sendable (RecordingProgress) -> Void
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            defer { group.cancelAll() }
            if reportsServed {
                group.addTask {
                    for await transfer in host.transfers { await recording.receive(served: transfer) }
                }
            }
            let devices = try cast.map { try device($0, at: address) }
            for device in devices { group.addTask { try await device.run() } }
            // The first that fails ends the demo with its error; else the story ends it.
            group.addTask {
                try await TimeLimit.run(Self.patience, orThrow: Self.impatience) {
                    try await follow(devices, at: address, host, recording, progress)
                }
                throw StoryEnd()
            }
            do {
                while try await group.next() != nil {}
            } catch is StoryEnd {}
        }
    }

    /// Offers every device its upgrade and waits for the last word of each.
    private func follow(
        _ devices: [SimulatedDevice],
        at address: BrokerAddress,
        _ host: FirmwareOrigin,
        _ recording: LiveRecording,
        _ progress: @escaping @Sendable (RecordingProgress) -> Void
    ) async throws {
        var lives = devices.map { $0.events.makeAsyncIterator() }
        for index in lives.indices { try await DeviceLife.waitForSubscription(&lives[index]) }
        try await offer(to: address, host)
        for index in lives.indices {
            try await DeviceLife.waitForEnd(&lives[index], of: cast[index])
            progress(await recording.progress)
        }
        try await waitUntilRecorded(recording, progress)
    }

    /// Thrown when everything has been told, to end the devices.
    private struct StoryEnd: Error {}

    private static let patience = Duration.seconds(50)
    private static let impatience = RunError(
        .impossible,
        "The demo's upgrades did not end within \(patience.seconds) s; is the machine overloaded?"
    )

    /// A device's last message may still be on its way to us: the recording ends when its sessions have.
    private func waitUntilRecorded(
        _ recording: LiveRecording,
        _ progress: @escaping @Sendable (RecordingProgress) -> Void
    ) async throws {
        while true {
            try await recording.commit()
            let current = await recording.progress
            progress(current)
            if current.outcomes[.ok] + current.outcomes[.failed] >= cast.count { return }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    private func device(_ member: DemoDevice, at address: BrokerAddress) throws -> SimulatedDevice {
        guard let dialect = dialects[member.dialect] else {
            throw RunError(.impossible, "The dialect \(member.dialect) is not known.")
        }
        let configuration = DeviceConfiguration(
            identity: DeviceIdentity(productID: member.productID, deviceID: member.deviceID),
            profile: member.dialect == "jetlinks" ? .jetlinks() : .iotCloudOTA(chunkSize: 16_384),
            broker: address,
            bindAddress: member.address
        )
        return try SimulatedDevice(configuration: configuration, dialect: dialect)
    }

    private func offer(to address: BrokerAddress, _ host: FirmwareOrigin) async throws {
        let client = try await BrokerClient.connect(to: address, options: ClientOptions(clientID: "platform"))
        for (index, member) in cast.enumerated() {
            guard let dialect = dialects[member.dialect] else { continue }
            let offer = DemoOffer(member: member, number: index + 1)
            let url = offer.publish(at: host, byteCount: Self.imageBytes, bytesPerSecond: Self.bytesPerSecond)
            try await SimulatedPlatform(client: client, dialect: dialect).offer(offer.request(url: url))
        }
        await client.disconnect()
    }
}
