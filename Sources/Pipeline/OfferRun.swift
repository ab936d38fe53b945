// `offer`: one upgrade offered to one device, its image served, until the device has answered.

import BrokerLink
import DeviceSimulation
public import Dialects
import FirmwareHost
import Traffic

/// What to offer to whom.
public struct OfferPlan: Hashable, Sendable {
    /// Broker, such as `mqtt://127.0.0.1:1883`.
    public var broker: String
    /// The dialect the device speaks.
    public var dialect: String
    /// Product, where the dialect has one.
    public var productID: String?
    /// Device.
    public var deviceID: String
    /// Version that the image holds.
    public var version: String
    /// The image's file.
    public var imagePath: String
    /// Address the image is served at; the device must be able to reach it.
    public var hostAddress = "127.0.0.1"
    /// Port the image is served at; 0 takes a free one.
    public var hostPort = 0
    /// Longest silence of the device.
    public var maxWait = Duration.seconds(30)

    /// A plan with the defaults.
    public init(
        broker: String,
        dialect: String,
        productID: String?,
        deviceID: String,
        version: String,
        imagePath: String
    ) {
        self.broker = broker
        self.dialect = dialect
        self.productID = productID
        self.deviceID = deviceID
        self.version = version
        self.imagePath = imagePath
    }
}

/// Offers one upgrade and follows it to its end.
public struct OfferRun: Sendable {
    private let plan: OfferPlan
    private let dialect: Dialect

    /// - Throws: `.impossible` when the dialect is not known.
    public init(_ plan: OfferPlan, dialects: DialectSet) throws(RunError) {
        guard let dialect = dialects[plan.dialect] else {
            let names = dialects.all.map(\.name).joined(separator: ", ")
            throw RunError(.impossible, "There is no dialect \(plan.dialect); there are \(names).")
        }
        self.plan = plan
        self.dialect = dialect
    }

    /// Serves the image, publishes the offer, and hands every answer of the device to `report` in words.
    ///
    /// - Returns: whether the device claims success.
    /// - Throws: `.unreachable` when broker or device cannot be reached, `.unreadable` when the image cannot be read.
    public func run(report: @escaping @Sendable (String) -> Void) async throws -> Bool {
        do {
            let image = try FirmwareImage.file(plan.imagePath)
            guard image.byteCount > 0 else {
                throw RunError(.unreadable, "The image '\(plan.imagePath)' is empty; nothing can be offered.")
            }
            return try await withFirmwareHost(host: plan.hostAddress, port: plan.hostPort) { host in
                let url = host.publish(
                    Offering(path: "/firmware/\(plan.deviceID)-\(plan.version).bin", image: image)
                )
                report("serving \(image.byteCount) B at \(url)")
                return try await offer(image, url: url, report)
            }
        } catch {
            throw RunError(anyOf: error)
        }
    }

    private func offer(
        _ image: FirmwareImage,
        url: String,
        _ report: @escaping @Sendable (String) -> Void
    ) async throws -> Bool {
        let client = try await BrokerClient.connect(to: try BrokerAddress(url: plan.broker))
        try await client.subscribe(to: dialect.subscriptions, qos: .atLeastOnce)
        let request = request(image, url: url)
        try await SimulatedPlatform(client: client, dialect: dialect).offer(request)
        report("offered version \(plan.version) to device \(plan.deviceID) as command \(request.commandID)")
        let answer = try await OfferAnswer(plan: plan, dialect: dialect, commandID: request.commandID)
            .wait(for: client, report)
        await client.disconnect()
        return answer
    }

    private func request(_ image: FirmwareImage, url: String) -> OfferRequest {
        let isJetLinks = dialect.name == DeviceProfile.Behaviour.jetlinks.rawValue
        return OfferRequest(
            identity: DeviceIdentity(productID: plan.productID, deviceID: plan.deviceID),
            commandID: FreshID.next(),
            firmwareID: isJetLinks ? FreshID.next() : nil,
            version: plan.version,
            url: url,
            sizeBytes: image.byteCount,
            digest: DeclaredDigest(
                algorithm: "sha256",
                hex: image.sha256,
                verbatim: isJetLinks ? image.sha256 : "sha256:" + image.sha256
            ),
            socketTimeout: isJetLinks ? nil : .seconds(300)
        )
    }
}
