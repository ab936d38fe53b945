// Runs a device machine against a broker and real downloads.

public import Dialects

import BrokerLink
import Synchronization

/// A simulated device on the network.
///
/// It connects once. When the connection ends the run ends: the dialect A program would stay connected and deaf
/// (dialects.md §1.1), which is of no use to anybody.
public final class SimulatedDevice: Sendable {
    /// Facts kept for a consumer that is behind; older ones are dropped.
    public static let factLimit = 16_384

    /// How it is set up.
    public let configuration: DeviceConfiguration
    /// What happens in its life; for one consumer, and ends with the run.
    public let events: AsyncStream<DeviceFact>
    private let facts: AsyncStream<DeviceFact>.Continuation
    private let dialect: Dialect
    private let running = Mutex<DeviceRun?>(nil)

    /// A device that speaks `dialect`.
    /// - Throws: `DeviceSimulationError` with `.badDialect` when the dialect is not the one of its profile.
    public init(configuration: DeviceConfiguration, dialect: Dialect) throws {
        let behaviour = configuration.profile.behaviour
        guard behaviour.rawValue == dialect.name else {
            throw DeviceSimulationError(
                .badDialect,
                "a device that behaves as \(behaviour.rawValue) cannot speak \(dialect.name); choose one of them"
            )
        }
        self.configuration = configuration
        self.dialect = dialect
        (events, facts) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(Self.factLimit))
    }

    /// Runs until the task is cancelled, which is no error; once in the life of a device.
    /// - Throws: `DeviceSimulationError` with `.connectionLost`, a `BrokerError` when it cannot connect, or the first
    ///   error of what it does: a message that its dialect cannot say, or that cannot be published.
    public func run() async throws {
        defer { facts.finish() }
        let options = ClientOptions(
            clientID: configuration.identity.deviceID,
            bindAddress: configuration.bindAddress
        )
        let client = try await BrokerClient.connect(to: configuration.broker, options: options)
        let outcome: Result<Void, any Error>
        do {
            outcome = .success(try await live(client))
        } catch {
            outcome = .failure(error)
        }
        running.withLock { $0 = nil }
        await client.disconnect()
        if !Task.isCancelled { try outcome.get() }
    }

    /// Asks the platform for an upgrade; nothing happens while it does not run, or where its dialect has no pull.
    public func poll(messageID: String) async throws {
        try await running.withLock { $0 }?.poll(messageID: messageID)
    }

    private func live(_ client: BrokerClient) async throws {
        let run = DeviceRun(client: client, dialect: dialect, configuration: configuration, facts: facts)
        let profile = configuration.profile
        let topics = profile.subscriptions(for: configuration.identity)
        try await client.subscribe(to: topics, qos: profile.subscribeQoS)
        running.withLock { $0 = run }
        facts.yield(.subscribed)
        let (orders, order) = AsyncStream<DownloadOrder>.makeStream()
        try await withThrowingDiscardingTaskGroup { group in
            // A task of its own: the error of a download ends the tasks of the group, not the group's own loop.
            group.addTask {
                defer { order.finish() }
                for await delivery in client.deliveries {
                    if let begun = try await run.receive(delivery) { order.yield(begun) }
                }
            }
            for await begun in orders { group.addTask { try await run.download(begun) } }
            group.cancelAll()
        }
        guard !Task.isCancelled else { return }
        throw DeviceSimulationError(
            .connectionLost,
            "the connection of device \(configuration.identity.deviceID) to \(configuration.broker) ended; "
                + "is the broker still running, and is no other client using this id?"
        )
    }
}
