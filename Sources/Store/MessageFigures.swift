// What a message's row takes from an event, or from what was read before.

import Dialects
import Traffic

/// The figures that have columns of their own.
protocol MessageFigures {
    var deviceID: String { get }
    var commandID: String? { get }
    var version: String? { get }
    var claimedAt: Timestamp? { get }
    var percent: Double? { get }
    var downloadedBytes: Int64? { get }
    var totalBytes: Int64? { get }
    var bytesPerSecond: Double? { get }
    var isOK: Bool? { get }
    var code: String? { get }
}

extension UpgradeEvent: MessageFigures {}
extension MessageReading: MessageFigures {}
