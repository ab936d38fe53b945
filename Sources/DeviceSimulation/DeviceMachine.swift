// One simulated device as a state machine: no I/O, no clock.

public import Dialects
public import Traffic

/// A simulated device: offers and download facts go in with their times, actions come out.
///
/// Inputs about a download that the machine did not order, or has abandoned, are ignored.
public struct DeviceMachine: Sendable {
    private var behaviour: any DeviceBehaviour

    /// A device at rest.
    public init(identity: DeviceIdentity, profile: DeviceProfile) {
        behaviour =
            switch profile.behaviour {
            case .iotCloudOTA: SimulatorBehaviour(identity: identity, profile: profile)
            case .jetlinks: JetLinksBehaviour(identity: identity, profile: profile)
            }
    }

    /// The version that the device says it runs.
    public var installedVersion: String { behaviour.installedVersion }

    /// Takes what a message addressed to the device says; other devices' messages are ignored.
    public mutating func receive(_ event: UpgradeEvent, at now: Timestamp) -> [DeviceAction] {
        event.deviceID == behaviour.identity.deviceID ? behaviour.receive(event, at: now) : []
    }

    /// Takes the arrival of body bytes.
    public mutating func downloadReceived(byteCount: Int, at now: Timestamp) -> [DeviceAction] {
        byteCount > 0 ? behaviour.downloadReceived(byteCount: byteCount, at: now) : []
    }

    /// Takes the end of the download.
    public mutating func downloadEnded(_ end: DownloadEnd, at now: Timestamp) -> [DeviceAction] {
        behaviour.downloadEnded(end, at: now)
    }

    /// Asks the platform for an upgrade, where the dialect knows how to.
    public mutating func poll(messageID: String, at now: Timestamp) -> [DeviceAction] {
        behaviour.poll(messageID: messageID, at: now)
    }
}

/// What one kind of device does; the methods are those of `DeviceMachine`.
protocol DeviceBehaviour: Sendable {
    var identity: DeviceIdentity { get }
    var installedVersion: String { get }

    mutating func receive(_ event: UpgradeEvent, at now: Timestamp) -> [DeviceAction]
    mutating func downloadReceived(byteCount: Int, at now: Timestamp) -> [DeviceAction]
    mutating func downloadEnded(_ end: DownloadEnd, at now: Timestamp) -> [DeviceAction]
    mutating func poll(messageID: String, at now: Timestamp) -> [DeviceAction]
}

/// Counts of a download, with arithmetic that no declared size can trap.
struct DownloadCount: Hashable, Sendable {
    private(set) var bytes: Int64 = 0

    mutating func add(_ byteCount: Int) {
        let (sum, overflowed) = bytes.addingReportingOverflow(Int64(byteCount))
        bytes = overflowed ? .max : sum
    }

    /// Whole percent of `total`, not held to 100.
    func percent(of total: Int64) -> Double {
        (Double(bytes) * 100 / Double(total)).rounded(.down)
    }
}
