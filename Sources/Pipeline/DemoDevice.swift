// The devices of the demo and what happens to each.

/// One simulated device of the demo.
public struct DemoDevice: Hashable, Sendable {
    /// What the device meets when it downloads.
    public enum Fate: String, Hashable, Sendable, CaseIterable {
        /// The image as offered.
        case success
        /// An image other than the one whose digest was offered.
        case corrupted
        /// HTTP 404.
        case missing
    }

    /// The dialect it speaks.
    public let dialect: String
    /// Product, where the dialect has one.
    public let productID: String?
    /// Device.
    public let deviceID: String
    /// Loopback address it connects from.
    public let address: String
    /// What it meets.
    public let fate: Fate

    /// Whether the upgrade is to end well.
    public var succeeds: Bool { fate == .success }

    /// Name of the capture that holds its upgrade alone.
    public var captureName: String { "\(dialect)-\(fate.rawValue)" }

    /// Three devices of each seed dialect: one succeeds, one gets a corrupted image, one gets HTTP 404.
    public static let cast: [DemoDevice] = DemoDevice.Fate.allCases.enumerated().flatMap { index, fate in
        [
            DemoDevice(
                dialect: "iot-cloud-ota",
                productID: nil,
                deviceID: "meter-\(index + 1)",
                address: "127.0.0.\(11 + index)",
                fate: fate
            ),
            DemoDevice(
                dialect: "jetlinks",
                productID: "gateway-x",
                deviceID: "lamp-\(index + 1)",
                address: "127.0.0.\(21 + index)",
                fate: fate
            ),
        ]
    }
}
