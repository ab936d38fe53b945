// What the demo's platform offers to one device, and what its host serves for it.

import DeviceSimulation
import Dialects
import FirmwareHost
import Traffic

/// One offer of the demo.
struct DemoOffer {
    let member: DemoDevice
    /// Counts the offers, from 1; image and ids follow from it, so that captures can be made again.
    let number: Int

    private static let version = "2.0.0"

    /// Serves the member's image as its fate wants it.
    ///
    /// - Returns: the URL to offer, with credentials as a platform would sign it.
    func publish(at host: FirmwareOrigin, byteCount: Int64, bytesPerSecond: Int64) -> String {
        let path = "/firmware/\(member.deviceID)-\(Self.version).bin"
        let query = "?AWSAccessKeyId=DEMOKEY\(number)&Expires=1893456000&Signature=c2lnbmF0dXJl\(number)"
        guard member.fate != .missing else { return host.baseURL + path + query }
        let served = member.fate == .corrupted ? FirmwareImage.filler(seed: 666, byteCount: byteCount) : image
        let curve = NetworkCurve.constant(bytesPerSecond: bytesPerSecond, byteCount: byteCount)
        return host.publish(Offering(path: path + query, image: served, curves: [curve]))
    }

    /// The offer as the platform sends it.
    func request(url: String) -> OfferRequest {
        OfferRequest(
            identity: DeviceIdentity(productID: member.productID, deviceID: member.deviceID),
            commandID: member.dialect == "jetlinks"
                ? "155180771937484\(8_000 + number)" : "cmd-\(1_000 + number)",
            firmwareID: member.dialect == "jetlinks" ? "15515192693963\(40_000 + number)" : nil,
            version: Self.version,
            url: url,
            sizeBytes: image.byteCount,
            digest: digest,
            socketTimeout: .seconds(30),
            ackTimeout: .seconds(10)
        )
    }

    /// The image that is offered, whatever is served.
    private var image: FirmwareImage {
        FirmwareImage.filler(seed: UInt64(number), byteCount: DemoStage.imageBytes)
    }

    private var digest: DeclaredDigest {
        member.dialect == "jetlinks"
            ? DeclaredDigest(algorithm: "md5", hex: image.md5, verbatim: image.md5)
            : DeclaredDigest(algorithm: "sha256", hex: image.sha256, verbatim: "sha256:" + image.sha256)
    }
}
