// A simulated device's behaviour, as a value.

public import Traffic

/// What a simulated device does, apart from who it is.
public struct DeviceProfile: Hashable, Sendable {
    /// The programs whose behaviour was measured.
    public enum Behaviour: String, Hashable, Sendable, CaseIterable {
        /// The simulator of dialect A at its first revision (dialects.md §1.4–1.6).
        case iotCloudOTA = "iot-cloud-ota"
        /// A device that keeps to the rules of dialect B (dialects.md §3.4).
        case jetlinks
    }

    /// What it behaves like; the raw value is the name of its dialect.
    public var behaviour: Behaviour
    /// Bytes per piece of a download; dialect A reports progress after each whole one.
    public var chunkSize: Int
    /// Percent between two progress messages of dialect B.
    public var progressStep: Int
    /// Time limit of a socket operation where the offer gives none.
    public var socketTimeout: Duration
    /// The version installed at the start.
    public var installedVersion: String
    /// Quality of service of what it publishes.
    public var publishQoS: QoS
    /// Quality of service that it subscribes with.
    public var subscribeQoS: QoS

    /// The dialect A simulator: QoS 0 both ways, 300 s per socket operation (dialects.md §1.1, §1.3).
    public static func iotCloudOTA(chunkSize: Int = 102_400) -> DeviceProfile {
        DeviceProfile(
            behaviour: .iotCloudOTA,
            chunkSize: max(1, chunkSize),
            progressStep: 0,
            socketTimeout: .seconds(300),
            installedVersion: "1.0.0",
            publishQoS: .atMostOnce,
            subscribeQoS: .atMostOnce
        )
    }

    /// A dialect B device: QoS 1 both ways, as the seed's own client (dialects.md §3.1).
    public static func jetlinks(progressStep: Int = 10, installedVersion: String = "1.0.0") -> DeviceProfile {
        DeviceProfile(
            behaviour: .jetlinks,
            chunkSize: 65_536,
            progressStep: max(1, progressStep),
            socketTimeout: .seconds(30),
            installedVersion: installedVersion,
            publishQoS: .atLeastOnce,
            subscribeQoS: .atLeastOnce
        )
    }

    /// The topics that such a device subscribes to.
    func subscriptions(for identity: DeviceIdentity) -> [String] {
        switch behaviour {
        case .iotCloudOTA:
            return ["v1/\(identity.deviceID)/firmware/download/request"]
        case .jetlinks:
            let root = "/\(identity.productID ?? "null")/\(identity.deviceID)/firmware"
            return ["\(root)/upgrade", "\(root)/pull/reply", "\(root)/read"]
        }
    }
}
