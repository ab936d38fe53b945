// One message with all its sightings, as evidence for a session.

import Dialects
import Traffic

/// One message, from however many vantages it was seen, and what it says.
///
/// Hundreds of thousands are held at once, nearly all of them progress reports: what a run of reports says alike is
/// held once, and each has only its figures.
struct MessageEvidence: Sendable {
    /// How a vantage saw the message, in one byte.
    struct Leg: OptionSet {
        let rawValue: UInt8

        static let redelivery = Leg(rawValue: 1 << 2)
        static let device = Leg(rawValue: 1 << 3)
        /// The leg of whoever published it, so that its QoS is the publisher's.
        static let publisher = Leg(rawValue: 1 << 4)
        static let retained = Leg(rawValue: 1 << 5)

        init(rawValue: UInt8) {
            self.rawValue = rawValue
        }

        init(_ sight: MessageSight, isDeviceLeg: Bool) {
            // The quality of service has the lowest two bits.
            self.init(rawValue: sight.qos.rawValue)
            if sight.isDuplicate && sight.qos != .atMostOnce { insert(.redelivery) }
            if isDeviceLeg { insert(.device) }
            if sight.direction == .toBroker { insert(.publisher) }
            if sight.isRetained { insert(.retained) }
        }

        var qos: QoS { QoS(rawValue: rawValue & 0b11) ?? .atMostOnce }
    }

    /// One vantage's sight of the message.
    struct Sighting: Sendable {
        var id: Int64
        var at: Timestamp
        var recordingID: Int64
        var leg: Leg

        var qos: QoS { leg.qos }

        /// The device's own leg first, then the earliest (dialects.md §5.5).
        func isBetter(than other: Sighting) -> Bool {
            if leg.contains(.device) != other.leg.contains(.device) { return leg.contains(.device) }
            return (at, id) < (other.at, other.id)
        }
    }

    /// Sightings held for one message.
    private static let sightingLimit = 16

    // The order of the properties is that in which they take 96 bytes.
    let fingerprint: MessageFingerprint
    /// What was last told of it, hashed, and of how many sightings.
    private var toldAs: UInt32 = 0
    let statement: Statement
    /// What few messages have: none or one, and without memory of its own while it is none.
    private var rarities: [Rarities] = []
    /// The claimed time; whether there is one, the statement says.
    private let rawClaimedAt: Timestamp
    private let figures: ProgressFigures
    let kind: UpgradeEvent.Kind
    private var toldSightings: UInt8 = 0
    private var leg: Leg
    /// Whether something went with those before it that no message held tells.
    private(set) var isCourseLost = false
    /// Progress messages before this one that were counted and let go.
    private(set) var thinnedBefore: Int32 = 0
    /// The id of the sighting that counts.
    private(set) var id: Int64
    /// The time that counts.
    private(set) var at: Timestamp
    private var recordingID: Int64

    /// What a message has that was seen more than once, or that stands for others.
    private struct Rarities {
        /// All sightings in order of arrival, once there are several.
        var several: [Sighting] = []
        /// Sightings beside the first, those not held included.
        var copyCount: Int32 = 0
        /// Pieces of the image in messages before this one that were counted and let go.
        var thinnedChunks: ThinnedChunks?
    }

    /// What a message said; it may share its statement with the message before it.
    init(_ sight: MessageSight, _ event: UpgradeEvent, as statement: Statement, isDeviceLeg: Bool) {
        fingerprint = sight.fingerprint
        kind = event.kind
        self.statement = statement
        figures = ProgressFigures(event)
        rawClaimedAt = event.claimedAt ?? Timestamp(nanoseconds: 0)
        leg = Leg(sight, isDeviceLeg: isDeviceLeg)
        id = sight.id
        at = sight.recordedAt
        recordingID = sight.vantage.recordingID
    }

    /// The sighting that counts.
    private(set) var best: Sighting {
        get { Sighting(id: id, at: at, recordingID: recordingID, leg: leg) }
        set { (id, at, recordingID, leg) = (newValue.id, newValue.at, newValue.recordingID, newValue.leg) }
    }

    private var rare: Rarities {
        get { rarities.first ?? Rarities() }
        _modify {
            if rarities.isEmpty { rarities.append(Rarities()) }
            yield &rarities[0]
        }
    }

    private var several: [Sighting] { rarities.first?.several ?? [] }
    /// Sightings beside the first, those not held included.
    var copyCount: Int32 { rarities.first?.copyCount ?? 0 }
    /// Pieces of the image in messages before this one that were counted and let go.
    var thinnedChunks: ThinnedChunks? {
        get { rarities.first?.thinnedChunks }
        set { rare.thinnedChunks = newValue }
    }

    /// What it says, at the time that counts; the time left, which no session goes by, is not held.
    var event: UpgradeEvent {
        var event = statement.event
        event.recordedAt = at
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
    var firstID: Int64 { several.first?.id ?? id }
    var isAcknowledged: Bool { leg.qos != .atMostOnce || several.contains { $0.qos != .atMostOnce } }
    /// The publisher's own quality of service, where its leg was seen: on others it is the lesser of two.
    var publisherQoS: QoS? {
        leg.contains(.publisher) ? leg.qos : several.first { $0.leg.contains(.publisher) }?.qos
    }
    var isRetained: Bool { leg.contains(.retained) || several.contains { $0.leg.contains(.retained) } }
    var isRedelivery: Bool { leg.contains(.redelivery) || several.contains { $0.leg.contains(.redelivery) } }

    /// Whether another message was seen as this one was, and says the same apart from its figures and times.
    func isAlike(_ other: MessageEvidence) -> Bool {
        statement === other.statement && leg == other.leg && recordingID == other.recordingID
            && figures.isAlike(other.figures)
            && several.elementsEqual(other.several) { $0.leg == $1.leg && $0.recordingID == $1.recordingID }
    }

    /// Counts progress messages before this one that are let go.
    mutating func takeOver(_ thinned: ThinnedReports) {
        thinnedBefore = Int32(clamping: Int(thinnedBefore) + thinned.count)
        isCourseLost = isCourseLost || thinned.isCourseLost
        if thinned.copyCount > 0 { rare.copyCount = Int32(clamping: Int(rare.copyCount) + thinned.copyCount) }
    }

    /// Adds another vantage's sight of the message.
    mutating func add(_ sight: MessageSight) {
        let sighting = Sighting(
            id: sight.id,
            at: sight.recordedAt,
            recordingID: sight.vantage.recordingID,
            leg: Leg(sight, isDeviceLeg: sight.isOnDeviceLeg(of: statement.event))
        )
        let before = best
        let isBest = sighting.isBetter(than: before)
        rare.copyCount &+= 1
        if several.isEmpty { rare.several.append(before) }
        if several.count < Self.sightingLimit {
            rare.several.append(sighting)
        } else if isBest {
            // The one that counts is always held.
            rare.several[several.count - 1] = sighting
        }
        if isBest { best = sighting }
    }

    /// The recordings that saw it.
    func recordings(_ body: (Int64) -> Void) {
        if several.isEmpty { body(recordingID) } else { several.forEach { body($0.recordingID) } }
    }

    /// Adds the links of its sightings that were not told yet, or not as they are now.
    ///
    /// `link` is that of the sighting that counts, and `hash` tells the session from others.
    mutating func takeLinks(_ link: MessageLink, inSession hash: Int, into links: inout [MessageLink]) {
        var wide = hash &+ Int(truncatingIfNeeded: id) &* 0x9E37_79B9 &+ (link.isAfterEnd ? 1 : 0)
        if case .transportDuplicate(let original) = link.role { wide ^= ~Int(truncatingIfNeeded: original) }
        let mark = UInt32(truncatingIfNeeded: wide ^ wide >> 32)
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
        toldSightings = UInt8(max(1, several.count))
    }
}

extension MessageEvidence {
    /// Orders evidence by the time that counts; the store's ids break ties.
    static func precedes(_ left: MessageEvidence, _ right: MessageEvidence) -> Bool {
        (left.at, left.id) < (right.at, right.id)
    }
}

/// Progress messages that were counted and are let go.
struct ThinnedReports {
    private(set) var count = 0
    /// Sightings of them beside the first of each.
    private(set) var copyCount = 0
    /// Whether something goes with them that no message held tells.
    private(set) var isCourseLost = false

    /// Counts a message, and those before it that were let go earlier.
    mutating func count(_ message: MessageEvidence, losingCourse: Bool) {
        count += 1 + Int(message.thinnedBefore)
        copyCount += Int(message.copyCount)
        isCourseLost = isCourseLost || message.isCourseLost || losingCourse
    }

    /// Counts what was let go before a message that is no progress report.
    mutating func takeOver(from message: MessageEvidence) {
        count += Int(message.thinnedBefore)
        isCourseLost = isCourseLost || message.isCourseLost
    }
}
