// The messages of one device's upgrade, composed by the project's own dialect definitions.

import Dialects
import Traffic

/// Writes what platform and device of one upgrade say.
struct UpgradeMessages {
    let device: UpgradingDevice
    let dialect: Dialect
    let artifact: Artifact

    private var isJetLinks: Bool { dialect.name == "jetlinks" }

    /// The offer; it declares another digest than the image has where the fate is a mismatch.
    func offer(at time: Timestamp) throws(DialectError) -> Composition {
        var event = event(.offer, at: time)
        event.firmwareID = "fw-\(Rollout.offeredVersion)"
        event.url = "http://\(UpgradingDevice.firmwareHostText)\(device.target)"
        event.version = Rollout.offeredVersion
        event.sizeBytes = Int64(artifact.body.count)
        let hex = isJetLinks ? artifact.md5 : artifact.sha256
        let declared = device.fate == .digestMismatch ? String(hex.reversed()) : hex
        event.digest = DeclaredDigest(
            algorithm: isJetLinks ? "md5" : "sha256",
            hex: declared,
            verbatim: declared
        )
        if isJetLinks { event.ackTimeout = .seconds(10) } else { event.socketTimeout = .seconds(600) }
        return try dialect.compose(event)
    }

    /// The device takes the offer.
    func accept(at time: Timestamp) throws(DialectError) -> Composition {
        try dialect.compose(event(.accept, at: time))
    }

    /// The device claims that it is `part` of `whole` through.
    func progress(_ part: Int, of whole: Int, at time: Timestamp) throws(DialectError) -> Composition {
        var event = event(.progress, at: time)
        event.firmwareID = "fw-\(Rollout.offeredVersion)"
        event.version = Rollout.offeredVersion
        event.percent = Double(part * 100 / whole)
        if !isJetLinks {
            event.downloadedBytes = Int64(artifact.body.count * part / whole)
            event.totalBytes = Int64(artifact.body.count)
            event.bytesPerSecond = Double(40_000 + part)
            event.remaining = .seconds(whole - part)
        }
        return try dialect.compose(event)
    }

    /// The device claims the end.
    func result(at time: Timestamp) throws(DialectError) -> Composition {
        var event = event(.result, at: time)
        let isOK = device.fate == .success
        event.firmwareID = "fw-\(Rollout.offeredVersion)"
        event.version = Rollout.offeredVersion
        event.isOK = isOK
        event.percent = isOK ? 100 : 99
        event.reason =
            switch device.fate {
            case .success, .silence: isJetLinks ? nil : "Firmware downloaded and verified"
            case .digestMismatch: "Checksum mismatch"
            case .notFound: "HTTP status 404"
            }
        if !isJetLinks {
            event.code = isOK ? "SUCCESS" : "FAILED"
            event.isDigestVerified = isOK
            event.duration = .seconds(50)
        }
        return try dialect.compose(event)
    }

    /// The version that the device runs when all is over; `nil` where the dialect has no such report.
    func report(at time: Timestamp) throws(DialectError) -> Composition? {
        guard dialect.reportsVersion else { return nil }
        var event = event(.version, at: time)
        event.commandID = device.commandID + "9"
        event.version = device.fate == .success ? Rollout.offeredVersion : Rollout.formerVersion
        return try dialect.compose(event)
    }

    private func event(_ kind: UpgradeEvent.Kind, at time: Timestamp) -> UpgradeEvent {
        var event = UpgradeEvent(
            kind: kind,
            recordedAt: time,
            dialect: dialect.name,
            rule: kind == .version ? "report" : "",
            deviceID: device.id
        )
        event.commandID = device.commandID
        event.productID = isJetLinks ? "product-\(device.number % 7)" : nil
        event.claimedAt = time
        return event
    }
}
