// One message with all its sightings, as evidence for a session.

import Dialects
import Traffic

/// One message, from however many vantages it was seen, and what it says.
///
/// Hundreds of thousands are held at once, nearly all of them progress reports: what a run of reports says alike is
/// held once, and each has only its figures.
struct MessageEvidence: Sendable {
    /// One vantage's sight of the message.
    struct Sighting: Sendable {
        var id: Int64
        var at: Timestamp
        var recordingID: Int64
        var qos: QoS
        var isRedelivery: Bool
        var isDeviceLeg: Bool
        /// Whether this is the leg of whoever published it, so that its QoS is the publisher's.
        var isPublisherLeg: Bool
        var isRetained: Bool

        init(_ sight: MessageSight, isDeviceLeg: Bool) {
            id = sight.id
            at = sight.recordedAt
            recordingID = sight.vantage.recordingID
            qos = sight.qos
            isRedelivery = sight.isDuplicate && sight.qos != .atMostOnce
            self.isDeviceLeg = isDeviceLeg
            isPublisherLeg = sight.direction == .toBroker
            isRetained = sight.isRetained
        }

        /// The device's own leg first, then the earliest (dialects.md §5.5).
        func isBetter(than other: Sighting) -> Bool {
            if isDeviceLeg != other.isDeviceLeg { return isDeviceLeg }
            return (at, id) < (other.at, other.id)
        }
    }

    /// Sightings held for one message.
    private static let sightingLimit = 16

    let fingerprint: MessageFingerprint
    let kind: UpgradeEvent.Kind
    let statement: Statement
    private let figures: ProgressFigures
    /// The claimed time; whether there is one, the statement says.
    private let rawClaimedAt: Timestamp
    /// The sighting that counts.
    private(set) var best: Sighting
    /// All sightings in order of arrival, once there are several.
    private var several: [Sighting] = []
    /// Sightings beside the first, those not held included.
    private(set) var copyCount: Int32 = 0
    /// Progress messages before this one that were counted and let go.
    var thinnedBefore: Int32 = 0
    /// Pieces of the image in messages before this one that were counted and let go.
    var thinnedChunks: ThinnedChunks?
    /// What was last told of it, hashed, and of how many sightings; 0 is nothing.
    private var toldAs = 0
    private var toldSightings: Int32 = 0

    /// What a message said; it may share its statement with the message before it.
    init(_ sight: MessageSight, _ event: UpgradeEvent, as statement: Statement, isDeviceLeg: Bool) {
        fingerprint = sight.fingerprint
        kind = event.kind
        self.statement = statement
        figures = ProgressFigures(event)
        rawClaimedAt = event.claimedAt ?? Timestamp(nanoseconds: 0)
        best = Sighting(sight, isDeviceLeg: isDeviceLeg)
    }

    /// What it says, at the time that counts; the time left, which no session goes by, is not held.
    var event: UpgradeEvent {
        var event = statement.event
        event.recordedAt = best.at
        event.claimedAt = claimedAt
        figures.fill(&event)
        return event
    }

    /// The time that the payload claims.
    var claimedAt: Timestamp? { statement.claimsTime ? rawClaimedAt : nil }
    /// Claimed percentage, raw.
    var percent: Double? { figures.percent }
    /// Claimed bytes downloaded.
    var downloadedBytes: Int64? { figures.downloadedBytes }
    /// Claimed total bytes.
    var totalBytes: Int64? { statement.event.totalBytes }
    /// Claimed speed.
    var bytesPerSecond: Double? { figures.bytesPerSecond }
    /// The id of the sighting that arrived first: the handle by which copies find the message.
    var firstID: Int64 { several.first?.id ?? best.id }
    /// The id of the sighting that counts.
    var id: Int64 { best.id }
    /// The time that counts.
    var at: Timestamp { best.at }
    var isAcknowledged: Bool { best.qos != .atMostOnce || several.contains { $0.qos != .atMostOnce } }
    /// The publisher's own quality of service, where its leg was seen: on others it is the lesser of two.
    var publisherQoS: QoS? {
        best.isPublisherLeg ? best.qos : several.first { $0.isPublisherLeg }?.qos
    }
    var isRetained: Bool { best.isRetained || several.contains { $0.isRetained } }
    var isRedelivery: Bool { best.isRedelivery || several.contains { $0.isRedelivery } }

    /// Adds another vantage's sight of the message.
    mutating func add(_ sight: MessageSight) {
        let sighting = Sighting(sight, isDeviceLeg: sight.isOnDeviceLeg(of: statement.event))
        copyCount &+= 1
        if several.isEmpty { several.append(best) }
        let isBest = sighting.isBetter(than: best)
        if several.count < Self.sightingLimit {
            several.append(sighting)
        } else if isBest {
            // The one that counts is always held.
            several[several.count - 1] = sighting
        }
        if isBest { best = sighting }
    }

    /// The recordings that saw it.
    func recordings(_ body: (Int64) -> Void) {
        if several.isEmpty { body(best.recordingID) } else { several.forEach { body($0.recordingID) } }
    }

    /// Adds the links of its sightings that were not told yet, or not as they are now.
    ///
    /// `link` is that of the sighting that counts, and `hash` tells the session from others.
    mutating func takeLinks(_ link: MessageLink, inSession hash: Int, into links: inout [MessageLink]) {
        var mark = hash &+ Int(truncatingIfNeeded: id) &* 0x9E37_79B9 &+ (link.isAfterEnd ? 1 : 0)
        if case .transportDuplicate(let original) = link.role { mark ^= ~Int(truncatingIfNeeded: original) }
        let known = toldAs == mark ? Int(toldSightings) : 0
        if several.isEmpty {
            if known == 0 { links.append(link) }
        } else {
            for sighting in several.dropFirst(known) {
                let copy = MessageLink(id: sighting.id, role: .copy(of: id), isAfterEnd: link.isAfterEnd)
                links.append(sighting.id == id ? link : copy)
            }
        }
        toldAs = mark
        toldSightings = Int32(max(1, several.count))
    }
}

extension MessageEvidence {
    /// Orders evidence by the time that counts; the store's ids break ties.
    static func precedes(_ left: MessageEvidence, _ right: MessageEvidence) -> Bool {
        (left.at, left.id) < (right.at, right.id)
    }
}
