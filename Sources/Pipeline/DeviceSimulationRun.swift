// `simulate device`: one simulated device until it is stopped.

import BrokerLink
import DeviceSimulation
public import Dialects
import Traffic

/// Which device to simulate.
public struct SimulationPlan: Hashable, Sendable {
    /// The dialect it speaks.
    public var dialect = "iot-cloud-ota"
    /// Product, where the dialect has one.
    public var productID: String?
    /// Device; `nil` takes `DEVICE_ID`, or 1.
    public var deviceID: String?
    /// Broker; `nil` takes `BROKER_URL` and `BROKER_PORT`, or 127.0.0.1:1883.
    public var broker: String?
    /// Local address to connect from.
    public var bindAddress: String?
    /// Version it runs at first.
    public var installedVersion = "1.0.0"

    /// A device of dialect A with the seed's defaults.
    public init() {}
}

/// Runs one simulated device.
public struct DeviceSimulationRun: Sendable {
    private let device: SimulatedDevice

    /// Reads the plan and the seed's environment names; flags count more.
    ///
    /// - Throws: `.impossible` for a dialect that cannot be simulated or an unusable value.
    public init(_ plan: SimulationPlan, environment: [String: String], dialects: DialectSet) throws(RunError)
    {
        do {
            var environment = environment
            environment["DEVICE_ID"] = plan.deviceID ?? environment["DEVICE_ID"]
            var configuration = try DeviceConfiguration(environment: environment)
            if let broker = plan.broker { configuration.broker = try BrokerAddress(url: broker) }
            configuration.bindAddress = plan.bindAddress
            configuration.identity.productID = plan.productID
            guard let dialect = dialects[plan.dialect],
                let behaviour = DeviceProfile.Behaviour(rawValue: plan.dialect)
            else {
                let names = DeviceProfile.Behaviour.allCases.map(\.rawValue).joined(separator: ", ")
                throw RunError(
                    .impossible,
                    "No device of dialect \(plan.dialect) can be simulated; there are \(names)."
                )
            }
            if behaviour == .jetlinks {
                configuration.profile = .jetlinks(installedVersion: plan.installedVersion)
            }
            device = try SimulatedDevice(configuration: configuration, dialect: dialect)
        } catch {
            throw RunError(anyOf: error)
        }
    }

    /// Runs until `stop` says so; hands what happens to `report` in words.
    ///
    /// - Throws: `.unreachable` when the broker cannot be reached or goes away.
    public func run(until stop: StopCondition, report: @escaping @Sendable (String) -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            defer { group.cancelAll() }
            let (failures, failed) = AsyncStream.makeStream(of: RunError.self)
            group.addTask { [device] in
                do {
                    try await device.run()
                } catch {
                    failed.yield(RunError(anyOf: error))
                }
            }
            group.addTask { [device] in
                for await fact in device.events { report(Self.words(fact, device.configuration)) }
            }
            let reason = try await stop.wait(failure: { await failures.first { _ in true } }, tick: { nil })
            if case .failed(let error) = reason { throw error }
        }
    }

    private static func words(_ fact: DeviceFact, _ configuration: DeviceConfiguration) -> String {
        switch fact {
        case .subscribed: "device \(configuration.identity.deviceID) listens at \(configuration.broker)"
        case .received(let event): "received \(event.kind.rawValue): \(EventWords.text(of: event))"
        case .published(let event): "published \(event.kind.rawValue): \(EventWords.text(of: event))"
        case .downloadBegan(let url): "downloading \(url)"
        case .downloadEnded(_, let byteCount): "download ended after \(byteCount) B"
        }
    }
}
