// A device of dialect B that keeps to its rules. dialects.md §3.4.

import Dialects
import Traffic

/// A device that answers, reports progress and its end, and then the version it runs.
struct JetLinksBehaviour: DeviceBehaviour {
    private struct Download: Sendable {
        let offer: UpgradeEvent
        var count = DownloadCount()
        var reportedPercent = 0.0
    }

    let identity: DeviceIdentity
    private(set) var installedVersion: String
    private let profile: DeviceProfile
    private var download: Download?
    private var pollID: String?

    init(identity: DeviceIdentity, profile: DeviceProfile) {
        self.identity = identity
        self.profile = profile
        installedVersion = profile.installedVersion
    }

    mutating func receive(_ event: UpgradeEvent, at now: Timestamp) -> [DeviceAction] {
        switch event.kind {
        case .offer:
            return receiveOffer(event, at: now)
        case .versionQuery:
            var reply = made(.version, "read-reply", at: now)
            reply.commandID = event.commandID
            reply.version = installedVersion
            return [.publish(reply)]
        case .noUpdate:
            if event.commandID == pollID { pollID = nil }
            return []
        default:
            return []
        }
    }

    mutating func poll(messageID: String, at now: Timestamp) -> [DeviceAction] {
        pollID = messageID
        var poll = made(.poll, "pull", at: now)
        poll.commandID = messageID
        poll.currentVersion = installedVersion
        return [.publish(poll)]
    }

    mutating func downloadReceived(byteCount: Int, at now: Timestamp) -> [DeviceAction] {
        guard var current = download else { return [] }
        current.count.add(byteCount)
        defer { download = current }
        guard let size = current.offer.sizeBytes, size > 0 else { return [] }
        // 100 belongs to the end: progress 100 without `complete` says nothing (§3.4).
        let percent = min(99, current.count.percent(of: size))
        var actions: [DeviceAction] = []
        // Every step crossed is reported, so that their number does not hang on how the bytes came in.
        while current.reportedPercent + Double(profile.progressStep) <= percent {
            current.reportedPercent += Double(profile.progressStep)
            var event = about(current.offer, .progress, at: now)
            event.percent = current.reportedPercent
            event.isOK = true
            actions.append(.publish(event))
        }
        return actions
    }

    mutating func downloadEnded(_ end: DownloadEnd, at now: Timestamp) -> [DeviceAction] {
        guard let current = download else { return [] }
        download = nil
        var result = about(current.offer, .result, at: now)
        result.reason = problem(with: end, of: current)
        result.isOK = result.reason == nil
        result.percent = result.reason == nil ? 100 : current.reportedPercent
        guard result.reason == nil else { return [.publish(result)] }
        installedVersion = current.offer.version ?? installedVersion
        var report = made(.version, "report", at: now)
        report.version = installedVersion
        return [.publish(result), .publish(report)]
    }
}

// MARK: - Offers

extension JetLinksBehaviour {
    private mutating func receiveOffer(_ offer: UpgradeEvent, at now: Timestamp) -> [DeviceAction] {
        // The answer to our own pull is an offer that takes no reply (§3.5).
        let isPulled = offer.rule == "pull-reply" || (pollID != nil && offer.commandID == pollID)
        if isPulled { pollID = nil }
        guard download == nil else {
            return isPulled ? [] : refusal(of: offer, "SYSTEM_BUSY", "an upgrade is in progress", at: now)
        }
        guard let url = offer.url, !url.isEmpty else {
            return isPulled ? [] : refusal(of: offer, "PARAMETER_ERROR", "the offer has no url", at: now)
        }
        download = Download(offer: offer)
        let order = DeviceAction.download(DownloadOrder(url: url, socketTimeout: profile.socketTimeout))
        // Without a messageId there is nothing that a reply could answer (§3.3, variant V1).
        guard !isPulled, offer.commandID != nil else { return [order] }
        var accept = made(.accept, "upgrade-reply", at: now)
        accept.commandID = offer.commandID
        accept.isOK = true
        return [.publish(accept), order]
    }

    private func refusal(
        of offer: UpgradeEvent,
        _ code: String,
        _ reason: String,
        at now: Timestamp
    ) -> [DeviceAction] {
        guard offer.commandID != nil else { return [] }
        var reject = made(.reject, "upgrade-reply", at: now)
        reject.commandID = offer.commandID
        reject.isOK = false
        reject.code = code
        reject.reason = reason
        return [.publish(reject)]
    }

    /// Why the download does not do; `nil` when it does.
    private func problem(with end: DownloadEnd, of download: Download) -> String? {
        let size = download.offer.sizeBytes
        let count = download.count.bytes
        switch end {
        case .status(let code, _): return "HTTP \(code)"
        case .noResponse, .stalled: return "timeout"
        case .truncated(let length):
            return "connection closed at \(count) of \((length ?? size).map(String.init) ?? "unknown") bytes"
        case .reset: return "connection reset at \(count) of \(size.map(String.init) ?? "unknown") bytes"
        case .unreachable(let cause): return "connection failed: \(cause)"
        case .badURL: return "url cannot be used"
        case .complete(let sha256, let md5):
            if let size, size != count { return "size mismatch: expected \(size) bytes, got \(count)" }
            return download.offer.digest.flatMap { mismatch($0, sha256: sha256, md5: md5) }
        }
    }

    private func mismatch(_ declared: DeclaredDigest, sha256: String, md5: String) -> String? {
        let actual: String? =
            switch (declared.algorithm.lowercased(), declared.hex.utf8.count) {
            case ("md5", _), ("", 32): md5
            case ("sha256", _), ("", 64): sha256
            default: nil
            }
        guard let actual else { return "digest mismatch: unknown method '\(declared.algorithm)'" }
        guard declared.hex.lowercased() != actual else { return nil }
        return "digest mismatch: expected \(declared.hex.lowercased()) got \(actual)"
    }
}

// MARK: - Messages

extension JetLinksBehaviour {
    private func made(_ kind: UpgradeEvent.Kind, _ rule: String, at now: Timestamp) -> UpgradeEvent {
        var event = UpgradeEvent(
            kind: kind,
            recordedAt: now,
            dialect: profile.behaviour.rawValue,
            rule: rule,
            deviceID: identity.deviceID
        )
        event.productID = identity.productID
        event.claimedAt = now
        return event
    }

    private func about(_ offer: UpgradeEvent, _ kind: UpgradeEvent.Kind, at now: Timestamp) -> UpgradeEvent {
        var event = made(kind, "upgrade-progress", at: now)
        event.version = offer.version
        event.firmwareID = offer.firmwareID
        return event
    }
}
