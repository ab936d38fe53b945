// Who a simulated device is.

/// The ids that a device's topics and messages carry.
public struct DeviceIdentity: Hashable, Sendable {
    /// The product, where the dialect has one.
    public var productID: String?
    /// The device; also its MQTT client id.
    public var deviceID: String

    /// Names a device.
    public init(productID: String? = nil, deviceID: String) {
        self.productID = productID
        self.deviceID = deviceID
    }
}
