// A session while its evidence is being filed.

import Dialects
import Traffic

/// A download's stretch of time, as a session's life sign.
struct TransferSpan: Hashable, Sendable {
    var start: Timestamp
    var end: Timestamp
}

/// One session in the making: what tells it from others, where it stands, and which messages are its own.
struct SessionDraft: Sendable {
    /// A message's place in the ledger, and whether it came after the end.
    struct Piece: Sendable {
        private let number: Int32
        let isAfterEnd: Bool

        init(handle: Int, isAfterEnd: Bool) {
            number = Int32(handle)
            self.isAfterEnd = isAfterEnd
        }

        var handle: Int { Int(number) }
    }

    /// The session that took another's place, and the message that tells so.
    struct Successor: Hashable, Sendable {
        var key: Session.Key
        private let number: Int32

        init(key: Session.Key, handle: Int) {
            self.key = key
            number = Int32(handle)
        }

        var handle: Int { Int(number) }
    }

    var key: Session.Key
    let firstSeenAt: Timestamp
    var machine: SessionMachine
    var gatewayID: String?
    var commandID: String?
    var firmwareID: String?
    var toVersion: String?
    var fromVersion: String?
    /// The offer that counts, the first.
    var offer: UpgradeEvent?
    var lastOfferAt: Timestamp?
    /// Everything the device was told to fetch.
    var urls: [ArtifactURL] = []
    var pieces: [Piece] = []
    var duplicates: [Int] = []
    /// Downloads not yet counted as life signs, the next one last.
    var spans: [TransferSpan]
    var retryOf: Session.Key?
    /// What took its place, where it was superseded.
    var successor: Successor?
    /// The kind of content its command id names, such as `FW` and `AD`: each has a slot of its own.
    var slot: Substring = ""
    /// The versions the device reported before the session's end.
    var versionsBefore = ReportedVersions()
    /// A version reported after the end that is neither the old nor the offered one.
    var otherVersion: String?
    /// The pieces of the image that came over MQTT.
    var chunks = ChunkTally()
    /// Offered while another upgrade was under way, and not answered since.
    var isBeside = false
    var isAmbiguous = false
    /// A pull that was answered with nothing to install is no session.
    var isDissolved = false

    init(key: Session.Key, at: Timestamp, spans: [TransferSpan]) {
        self.key = key
        firstSeenAt = at
        machine = SessionMachine(at: at)
        self.spans = spans.sorted { $0.start > $1.start }
    }

    var isPolledOnly: Bool { offer == nil && machine.state == .polled && machine.end == nil }

    /// Whether a download is not counted as a life sign yet.
    var hasUncountedTransfers: Bool { !spans.isEmpty }

    /// How many messages it is known by, those counted and let go included.
    func saidCount(_ messages: [MessageEvidence]) -> Int {
        pieces.reduce(pieces.count) { $0 + Int(messages[$1.handle].thinnedBefore) }
    }

    /// Counts the downloads that began by this time; whether there were any.
    mutating func countTransfers(until time: Timestamp) -> Bool {
        let before = spans.count
        while let span = spans.last, span.start <= time {
            machine.receiveTransfer(from: span.start, to: span.end)
            spans.removeLast()
        }
        return spans.count < before
    }

    /// Learns what an event says about the upgrade's identity; an offer's word counts for good.
    mutating func learn(from event: UpgradeEvent) {
        gatewayID = gatewayID ?? event.gatewayID
        commandID = commandID ?? event.commandID
        switch event.kind {
        case .offer: learn(fromOffer: event)
        case .poll: fromVersion = fromVersion ?? event.currentVersion
        case .progress,
            .result where offer == nil:
            firmwareID = firmwareID ?? event.firmwareID
            toVersion = toVersion ?? event.version
        default: break
        }
    }

    /// Whether a report of this version alone says that the upgrade succeeded.
    ///
    /// It does where the device ran another version before, or has taken the offer up since: a device may be offered
    /// what it runs already.
    func isConfirmed(by version: String) -> Bool {
        guard version == toVersion, fromVersion != version, machine.end == nil else { return false }
        return fromVersion != nil || machine.isAnswered || machine.state == .transferring
    }

    /// Notes what the device ran before its upgrade came to an end.
    mutating func note(before version: String) {
        fromVersion = fromVersion ?? version
        versionsBefore.add(version)
    }

    /// Takes the version that the device reports at or after the end of the upgrade.
    mutating func receive(version: String, at: Timestamp) {
        let isTarget = version == toVersion
        if !isTarget, machine.end == nil { note(before: version) }
        let isOld = !isTarget && versionsBefore.contains(version)
        machine.receiveVersion(at: at, isTarget: isTarget, isOld: isOld && toVersion != nil)
        if machine.end != nil { otherVersion = isTarget || isOld ? nil : version }
    }

    private mutating func learn(fromOffer event: UpgradeEvent) {
        lastOfferAt = event.recordedAt
        if let url = event.url.map(ArtifactURL.init), !urls.contains(url), urls.count < 16 {
            urls.append(url)
        }
        guard offer == nil else { return }
        offer = event
        firmwareID = event.firmwareID ?? firmwareID
        toVersion = event.version ?? toVersion
    }

    /// Whether this and another session are about the same image, by the keys that both name; at least one is.
    func isSameImage(as other: SessionDraft) -> Bool {
        let pairs = [
            (firmwareID, other.firmwareID), (toVersion, other.toVersion),
            (offer?.digest?.hex, other.offer?.digest?.hex), (urls.first?.path, other.urls.first?.path),
        ]
        let named = pairs.compactMap { mine, theirs in mine.flatMap { mine in theirs.map { mine == $0 } } }
        // A path alone may differ from device to device; firmware, version and digest do not.
        return named.contains(true) && !named.prefix(3).contains(false)
    }

    /// Whether this and an offer are about the same image, as far as both say.
    func isSameArtifact(as offer: UpgradeEvent) -> Bool {
        if let mine = firmwareID, let other = offer.firmwareID {
            return mine == other && (toVersion == nil || offer.version == nil || toVersion == offer.version)
        }
        if let mine = toVersion, let other = offer.version { return mine == other }
        guard let mine = urls.last, let other = offer.url.map(ArtifactURL.init) else { return false }
        return mine.path == other.path
    }

}
