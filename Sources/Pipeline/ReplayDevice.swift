// The simulated device that a replay is played to.

import BrokerLink
import DeviceSimulation
import Dialects
import Replay
import Sessions
import Traffic

/// Makes a simulated device like the recorded one.
struct ReplayDevice {
    private let session: Session
    private let events: [UpgradeEvent]

    /// A device with the recorded ids and the recorded cadence of progress.
    init(of trace: SessionTrace) {
        session = trace.session
        events = trace.events
    }

    /// The device, ready to run against a broker.
    func device(at address: BrokerAddress, dialect: Dialect) throws -> SimulatedDevice {
        let product = session.key.productID
        return try SimulatedDevice(
            configuration: DeviceConfiguration(
                identity: DeviceIdentity(
                    productID: product.isEmpty ? nil : product,
                    deviceID: session.key.deviceID
                ),
                profile: profile(of: dialect),
                broker: address
            ),
            dialect: dialect
        )
    }

    private func profile(of dialect: Dialect) -> DeviceProfile {
        guard dialect.name == DeviceProfile.Behaviour.jetlinks.rawValue else {
            return .iotCloudOTA(chunkSize: chunkSize)
        }
        return .jetlinks(progressStep: progressStep, installedVersion: session.fromVersion ?? "1.0.0")
    }

    /// The first progress of dialect A comes after exactly one chunk (dialects.md §1.5).
    private var chunkSize: Int {
        let first = events.first { $0.kind == .progress }?.downloadedBytes ?? 0
        return (1...(1 << 30)).contains(first) ? Int(first) : 102_400
    }

    /// The usual distance between two recorded percentages.
    private var progressStep: Int {
        let percents = events.filter { $0.kind == .progress }.compactMap(\.percent)
        let steps = zip(percents.dropFirst(), percents).map { $0 - $1 }.filter { (1...100).contains($0) }
            .sorted()
        return steps.isEmpty ? 10 : Int(steps[steps.count / 2])
    }
}
