// The simulator of dialect A, quirk by quirk. dialects.md §1.4–1.6.

import Dialects
import Traffic

/// A device that behaves as the program of dialect A was measured to behave.
///
/// Its success means "downloaded and hash matched": nothing is installed.
struct SimulatorBehaviour: DeviceBehaviour {
    private struct Download: Sendable {
        let offer: UpgradeEvent
        let startedAt: Timestamp
        var count = DownloadCount()
        /// Bytes already reported, always whole chunks.
        var reported: Int64 = 0
    }

    let identity: DeviceIdentity
    let installedVersion: String
    private let profile: DeviceProfile
    private var download: Download?

    init(identity: DeviceIdentity, profile: DeviceProfile) {
        self.identity = identity
        self.profile = profile
        installedVersion = profile.installedVersion
    }

    // A command during a download is dropped: no answer, no queue (§1.6).
    mutating func receive(_ event: UpgradeEvent, at now: Timestamp) -> [DeviceAction] {
        guard download == nil, event.kind == .offer, let url = event.url else { return [] }
        download = Download(offer: event, startedAt: now)
        var accept = made(.accept, at: now)
        accept.code = "ACKNOWLEDGED"
        accept.reason = "Firmware download request received"
        if let problem = timeoutProblem(event) {
            return [.publish(accept)] + fail(problem, at: now)
        }
        let order = DownloadOrder(url: url, socketTimeout: event.socketTimeout ?? profile.socketTimeout)
        return [.publish(accept), .download(order)]
    }

    mutating func downloadReceived(byteCount: Int, at now: Timestamp) -> [DeviceAction] {
        guard var current = download else { return [] }
        current.count.add(byteCount)
        var actions: [DeviceAction] = []
        while current.count.bytes - current.reported >= Int64(profile.chunkSize) {
            current.reported += Int64(profile.chunkSize)
            download = current
            guard current.offer.sizeBytes != nil else {
                return fail(RequestsText.sizeType, at: now) + [.abandonDownload]
            }
            actions += progress(current.reported, at: now)
        }
        download = current
        return actions
    }

    mutating func downloadEnded(_ end: DownloadEnd, at now: Timestamp) -> [DeviceAction] {
        guard let current = download else { return [] }
        switch end {
        case .complete(let sha256, _):
            guard current.offer.sizeBytes != nil else { return fail(RequestsText.sizeType, at: now) }
            let rest = current.count.bytes > current.reported ? progress(current.count.bytes, at: now) : []
            // The last progress is published once more before the hash is checked (§1.4).
            return rest + progress(current.count.bytes, at: now) + finish(sha256: sha256, at: now)
        case .noResponse:
            let limit = current.offer.socketTimeout ?? profile.socketTimeout
            let text = RequestsText.timedOut(current.offer.url ?? "", after: limit)
            return result("TIMEOUT", text, isVerified: false, at: now)
        default:
            let text = RequestsText.failure(
                end,
                url: current.offer.url ?? "",
                byteCount: current.count.bytes
            )
            return fail(text, at: now)
        }
    }

    mutating func poll(messageID: String, at now: Timestamp) -> [DeviceAction] { [] }
}

// MARK: - Messages

extension SimulatorBehaviour {
    private func made(_ kind: UpgradeEvent.Kind, at now: Timestamp) -> UpgradeEvent {
        let dialect = profile.behaviour.rawValue
        var event = UpgradeEvent(
            kind: kind,
            recordedAt: now,
            dialect: dialect,
            rule: "",
            deviceID: identity.deviceID
        )
        event.commandID = download?.offer.commandID
        event.claimedAt = now
        return event
    }

    /// One progress message; none when the declared size is 0 (§1.6).
    private func progress(_ bytes: Int64, at now: Timestamp) -> [DeviceAction] {
        guard let download, let size = download.offer.sizeBytes, size > 0 else { return [] }
        var count = DownloadCount()
        count.add(Int(clamping: bytes))
        let elapsed = now.duration(since: download.startedAt).seconds
        let speed = elapsed > 0 ? Double(bytes) / elapsed : 0
        var event = made(.progress, at: now)
        event.percent = count.percent(of: size)
        event.downloadedBytes = bytes
        event.totalBytes = size
        event.bytesPerSecond = speed
        let remaining = speed > 0 ? Double(size.subtractingSaturated(bytes)) / speed : 0
        event.remaining = .seconds(Int64(remaining.rounded(.towardZero).clamped(to: -1e15...1e15)))
        return [.publish(event)]
    }

    private mutating func finish(sha256: String, at now: Timestamp) -> [DeviceAction] {
        let isVerified = download?.offer.digest.map { Self.matches($0.verbatim, sha256: sha256) } ?? false
        return isVerified
            ? result("SUCCESS", "Download completed successfully", isVerified: true, at: now)
            : fail("Checksum mismatch.", at: now)
    }

    private mutating func fail(_ text: String, at now: Timestamp) -> [DeviceAction] {
        result("FAILED", text, isVerified: false, at: now)
    }

    private mutating func result(
        _ code: String,
        _ text: String,
        isVerified: Bool,
        at now: Timestamp
    ) -> [DeviceAction] {
        var event = made(.result, at: now)
        event.isOK = code == "SUCCESS"
        event.code = code
        event.reason = text
        event.isDigestVerified = isVerified
        event.duration = download.map { now.duration(since: $0.startedAt) }
        download = nil
        return [.publish(event)]
    }

    /// The algorithm's name is compared without case, the digits letter by letter (§1.6).
    private static func matches(_ declared: String, sha256: String) -> Bool {
        let parts = declared.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else { return declared == sha256 }
        return parts[0].lowercased() == "sha256" && parts[1] == sha256
    }

    /// What the HTTP library says to a time limit that it cannot use; `nil` for a usable one.
    ///
    /// An offer whose size was read and which still has a reason had a time limit of the wrong type.
    private func timeoutProblem(_ offer: UpgradeEvent) -> String? {
        if let timeout = offer.socketTimeout {
            return timeout > .zero ? nil : RequestsText.timeoutValue(timeout)
        }
        return offer.sizeBytes != nil && offer.reason != nil ? RequestsText.timeoutType : nil
    }
}

extension Int64 {
    /// The difference, held at the end of the range where it would overflow.
    func subtractingSaturated(_ other: Int64) -> Int64 {
        let (difference, overflowed) = subtractingReportingOverflow(other)
        return overflowed ? (other < 0 ? .max : .min) : difference
    }
}

extension Double {
    /// The nearest value within the range; its lower end for what is not a number.
    func clamped(to range: ClosedRange<Double>) -> Double {
        isNaN ? range.lowerBound : Swift.min(Swift.max(self, range.lowerBound), range.upperBound)
    }
}
