// One download with all its sightings, as evidence for a session.

import Traffic

/// One download, by however many recordings it was seen.
struct TransferEvidence: Sendable {
    /// One recording's sight of the download.
    struct Sighting: Hashable, Sendable {
        var id: Int64
        var recordingID: Int64
        var transfer: Transfer

        /// The more complete sight first, then the earlier.
        func isBetter(than other: Sighting) -> Bool {
            let mine = transfer.exchange
            let theirs = other.transfer.exchange
            if (mine.end == .complete) != (theirs.end == .complete) { return mine.end == .complete }
            if mine.bodyBytes != theirs.bodyBytes { return mine.bodyBytes > theirs.bodyBytes }
            if (transfer.sha256 == nil) != (other.transfer.sha256 == nil) { return transfer.sha256 != nil }
            return (mine.requestedAt, id) < (theirs.requestedAt, other.id)
        }
    }

    /// What is the same in all sightings of one download, the time apart.
    struct CopyKey: Hashable, Sendable {
        var client: Endpoint
        var server: Endpoint
        var target: String
        var status: Int?

        init(_ exchange: Exchange) {
            client = exchange.client
            server = exchange.server
            target = exchange.target
            status = exchange.status
        }
    }

    /// The id of the sighting that arrived first: the handle for copies.
    let firstID: Int64
    let url: ArtifactURL
    private(set) var sightings: [Sighting]
    private(set) var best: Sighting

    init(_ transfer: Transfer, id: Int64, recordingID: Int64) {
        let sighting = Sighting(id: id, recordingID: recordingID, transfer: transfer)
        firstID = id
        url = ArtifactURL(transfer.exchange.url)
        sightings = [sighting]
        best = sighting
    }

    /// The id of the sighting that counts.
    var id: Int64 { best.id }
    var transfer: Transfer { best.transfer }
    var exchange: Exchange { best.transfer.exchange }

    /// The stretch of time from request to last byte.
    var span: TransferSpan {
        TransferSpan(start: exchange.requestedAt, end: max(exchange.requestedAt, exchange.endedAt))
    }

    /// Where a redirect leads; `nil` for any other answer (RFC 9110 §15.4).
    var redirect: ArtifactURL? {
        guard let status = exchange.status, (300..<400).contains(status), let location = exchange.location
        else { return nil }
        return url.following(location)
    }

    /// Whether it asks for the rest of an image.
    var isResume: Bool {
        guard let range = exchange.range else { return false }
        return !range.hasPrefix("bytes=0-")
    }

    /// Whether another recording's exchange can be a sight of the same download.
    func isCopy(_ exchange: Exchange, recordingID: Int64) -> Bool {
        guard !sightings.contains(where: { $0.recordingID == recordingID }) else { return false }
        let first = min(self.exchange.requestedAt, exchange.requestedAt)
        let last = max(self.exchange.requestedAt, exchange.requestedAt)
        return last.duration(since: first) <= CopyWindow.span
    }

    /// Adds another recording's sight of the download.
    mutating func add(_ transfer: Transfer, id: Int64, recordingID: Int64) {
        let sighting = Sighting(id: id, recordingID: recordingID, transfer: transfer)
        sightings.append(sighting)
        if sighting.isBetter(than: best) { best = sighting }
    }

    /// Orders downloads by their requests; the store's ids break ties.
    static func precedes(_ left: TransferEvidence, _ right: TransferEvidence) -> Bool {
        (left.exchange.requestedAt, left.id) < (right.exchange.requestedAt, right.id)
    }
}
