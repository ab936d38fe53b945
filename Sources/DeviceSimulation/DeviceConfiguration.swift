// How a simulated device is set up: by code, or by the environment names of the seed.

public import BrokerLink

/// Everything a simulated device needs to know before it runs.
public struct DeviceConfiguration: Hashable, Sendable {
    /// Who it is.
    public var identity: DeviceIdentity
    /// What it does.
    public var profile: DeviceProfile
    /// The broker it connects to.
    public var broker: BrokerAddress
    /// Local address of its MQTT and HTTP connections, such as 127.0.0.7; `nil` lets the system choose.
    public var bindAddress: String?

    /// Sets up a device.
    public init(
        identity: DeviceIdentity,
        profile: DeviceProfile = .iotCloudOTA(),
        broker: BrokerAddress,
        bindAddress: String? = nil
    ) {
        self.identity = identity
        self.profile = profile
        self.broker = broker
        self.bindAddress = bindAddress
    }

    /// Reads `DEVICE_ID` (1), `BROKER_URL` (127.0.0.1), `BROKER_PORT` (1883), `DOWNLOAD_CHUNK_SIZE` (102400).
    ///
    /// Values in brackets stand for unset or empty ones. `BROKER_URL` is a host, `mqtt://host[:port]` or `mqtts://…`; a set
    /// `BROKER_PORT` counts more than a port in the URL.
    /// - Throws: `DeviceSimulationError` with `.badConfiguration`, naming the variable.
    public init(environment: [String: String]) throws {
        func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        let deviceID = value("DEVICE_ID") ?? "1"
        guard !deviceID.utf8.contains(where: "/+#\0".utf8.contains) else {
            throw Self.unusable(
                "DEVICE_ID",
                deviceID,
                "an id without '/', '+' and '#', since it stands in topics"
            )
        }
        var broker = try Self.broker(value("BROKER_URL") ?? "127.0.0.1")
        if let text = value("BROKER_PORT") {
            guard let port = UInt16(text), port > 0 else {
                throw Self.unusable("BROKER_PORT", text, "a port from 1 to 65535")
            }
            broker.port = port
        }
        let chunkText = value("DOWNLOAD_CHUNK_SIZE") ?? "102400"
        guard let chunkSize = Int(chunkText), (1...(1 << 30)).contains(chunkSize) else {
            throw Self.unusable("DOWNLOAD_CHUNK_SIZE", chunkText, "a number of bytes from 1 to 1073741824")
        }
        self.init(
            identity: DeviceIdentity(deviceID: deviceID),
            profile: .iotCloudOTA(chunkSize: chunkSize),
            broker: broker
        )
    }

    private static func broker(_ text: String) throws -> BrokerAddress {
        do {
            return try BrokerAddress(url: text)
        } catch {
            throw DeviceSimulationError(.badConfiguration, "BROKER_URL cannot be used", cause: error)
        }
    }

    private static func unusable(_ name: String, _ value: String, _ remedy: String) -> DeviceSimulationError {
        DeviceSimulationError(.badConfiguration, "\(name) is '\(value)'; give \(remedy)")
    }
}
