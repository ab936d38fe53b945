// What messages say, apart from the figures that differ between one progress report and the next.

import Dialects
import Traffic

/// What a message says; a run of progress reports that differ in nothing but figures shares one.
final class Statement: Sendable {
    let event: UpgradeEvent
    /// Whether those who share it each claim a time.
    let claimsTime: Bool

    init(_ event: UpgradeEvent) {
        self.event = event
        claimsTime = event.claimedAt != nil
    }

    /// This statement, where a progress report says nothing else beside its figures and times.
    func shared(by next: UpgradeEvent) -> Statement? {
        guard next.kind == .progress, event.kind == .progress, hasEqualTexts(next),
            next.oddities == event.oddities, (next.claimedAt != nil) == claimsTime,
            next.totalBytes == event.totalBytes,
            next.isOK == event.isOK, next.isSoft == event.isSoft, next.duration == event.duration
        else { return nil }
        return self
    }

    private func hasEqualTexts(_ next: UpgradeEvent) -> Bool {
        if next.sharesTexts(with: event) { return true }
        return next.rule == event.rule && next.commandID == event.commandID
            && next.firmwareID == event.firmwareID && next.version == event.version
            && next.productID == event.productID && next.gatewayID == event.gatewayID
            && next.phase == event.phase && next.module == event.module && next.round == event.round
            && next.missingCount == event.missingCount && next.oddity == event.oddity
            && next.code == event.code && next.reason == event.reason
            && next.url == nil && next.digest == nil && event.url == nil && event.digest == nil
    }
}

/// The figures of one progress report, without the room that optionals take.
struct ProgressFigures: Sendable {
    private static let hasPercent: UInt8 = 1
    private static let hasBytes: UInt8 = 2
    private static let hasSpeed: UInt8 = 4

    private let rawPercent: Double
    private let rawBytes: Int64
    private let rawSpeed: Double
    private let present: UInt8

    init(_ event: UpgradeEvent) {
        rawPercent = event.percent ?? 0
        rawBytes = event.downloadedBytes ?? 0
        rawSpeed = event.bytesPerSecond ?? 0
        present =
            (event.percent == nil ? 0 : Self.hasPercent) | (event.downloadedBytes == nil ? 0 : Self.hasBytes)
            | (event.bytesPerSecond == nil ? 0 : Self.hasSpeed)
    }

    var percent: Double? { present & Self.hasPercent == 0 ? nil : rawPercent }
    var downloadedBytes: Int64? { present & Self.hasBytes == 0 ? nil : rawBytes }
    var bytesPerSecond: Double? { present & Self.hasSpeed == 0 ? nil : rawSpeed }

    /// Whether the same figures are told.
    func isAlike(_ other: ProgressFigures) -> Bool { present == other.present }

    func fill(_ event: inout UpgradeEvent) {
        event.percent = percent
        event.downloadedBytes = downloadedBytes
        event.bytesPerSecond = bytesPerSecond
    }
}
