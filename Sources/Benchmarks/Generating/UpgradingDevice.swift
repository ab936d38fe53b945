// Who a device of the generated rollout is.

/// One device: its names and addresses follow from its number.
struct UpgradingDevice {
    /// The device's place in the rollout.
    let number: Int
    /// The id of its upgrade.
    let commandID: String

    /// 10.0.0.1, where the broker listens.
    static let broker: UInt32 = 0x0A00_0001
    /// 10.0.0.9, where the firmware lies.
    static let firmwareHost: UInt32 = 0x0A00_0009
    /// ``firmwareHost`` as URLs write it.
    static let firmwareHostText = "10.0.0.9"

    /// What becomes of its upgrade.
    var fate: UpgradeFate { UpgradeFate(ofDevice: number) }
    /// The name in topics and payloads.
    var id: String { "device-\(number)" }
    /// Its IPv4 address: 10.64.0.0 and up.
    var address: UInt32 { 0x0A40_0000 + UInt32(truncatingIfNeeded: number) }
    /// Path and query of its firmware URL.
    var target: String { "/firmware/\(id).bin?Signature=\(commandID)" }
    /// The topic filter that it subscribes to.
    var filter: String { number % 2 == 0 ? "v1/\(id)/firmware/download/#" : "/+/\(id)/firmware/#" }
    /// The name of the dialect that it speaks.
    var dialectName: String { number % 2 == 0 ? "iot-cloud-ota" : "jetlinks" }
}
