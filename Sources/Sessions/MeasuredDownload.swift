// What the wire says about a session's download. dialects.md §5.6.

import Traffic

/// The measured side of a session: its downloads together.
struct MeasuredDownload {
    /// The downloads of the image, redirects left out unless there is nothing else.
    let responses: [TransferEvidence]
    /// The download that counts: the last.
    let counting: TransferEvidence?
    /// The image that came whole last, in one response or in several; `nil` when none did.
    let image: MeasuredImage?
    /// Body bytes of the successful responses together.
    let bytes: Int64
    /// The image's size as the server gave it, when all its bytes came.
    let wholeBytes: Int64?
    /// Whether bytes are missing from the capture.
    let hasGap: Bool

    init(_ transfers: [TransferEvidence]) {
        let requests = transfers.filter { $0.exchange.method == "GET" }
        let answers = requests.filter { $0.redirect == nil }
        responses = answers.isEmpty ? requests : answers
        counting = responses.last
        image = Self.image(in: responses)
        bytes = responses.filter { $0.exchange.isSuccess }.reduce(0) { sum, response in
            sum.addingSaturated(max(0, response.exchange.bodyBytes))
        }
        wholeBytes = image?.bytes ?? Self.coveredBytes(responses.map(\.exchange))
        hasGap = responses.contains { $0.exchange.end.isUnseen || $0.exchange.missingBytes > 0 }
    }

    /// Status of the download that counts.
    var status: Int? { counting?.exchange.status }

    /// First response byte to last body byte of the download that counts, when it was answered with the image.
    var duration: Duration? {
        guard let counting, counting.exchange.isSuccess else { return nil }
        return counting.transfer.duration
    }

    /// Whether the image is compressed or otherwise coded, so that its size on the wire is not its own.
    var isEncoded: Bool { image?.isEncoded ?? responses.contains { $0.exchange.isEncoded } }

    /// The image that came whole last; one response tells more than several.
    private static func image(in responses: [TransferEvidence]) -> MeasuredImage? {
        let single = responses.lazy.reversed().compactMap { MeasuredImage($0) }.first
        let joined = AssembledParts.all(in: responses).compactMap { MeasuredImage($0) }
            .max { ($0.endedAt, $0.sha256 == nil ? 0 : 1) < ($1.endedAt, $1.sha256 == nil ? 0 : 1) }
        guard let single, let joined else { return single ?? joined }
        return joined.endedAt > single.endedAt ? joined : single
    }

    /// The size of an image that came in pieces, when the pieces cover it and agree on its size.
    private static func coveredBytes(_ exchanges: [Exchange]) -> Int64? {
        var pieces: [(start: Int64, end: Int64)] = []
        var total: Int64?
        for exchange in exchanges where exchange.isSuccess && exchange.missingBytes == 0 {
            let range = exchange.contentRange.flatMap(ContentRange.init)
            if exchange.status == 206, range == nil { continue }
            let start = range?.first ?? 0
            pieces.append((start, start.addingSaturated(max(0, exchange.bodyBytes))))
            let told = range == nil ? exchange.contentLength : range?.total
            if let told, let total, told != total { return nil }
            total = told ?? total
        }
        guard let total else { return nil }
        var reached: Int64 = 0
        for piece in pieces.sorted(by: { $0.start < $1.start }) where piece.start <= reached {
            reached = max(reached, piece.end)
        }
        return reached >= total && total > 0 ? total : nil
    }
}

extension Exchange {
    /// Whether the answer carries the image or a part of it.
    var isSuccess: Bool { status == 200 || status == 206 || status == 203 }

    /// Whether the body is compressed or otherwise coded.
    var isEncoded: Bool {
        guard let contentEncoding else { return false }
        return !contentEncoding.isEmpty && contentEncoding.lowercased() != "identity"
    }

    /// Whether this one response carries the image from first to last byte.
    var isWholeImage: Bool {
        guard isSuccess, isBodyComplete else { return false }
        guard status == 206 else { return true }
        guard let range = contentRange.flatMap(ContentRange.init), let total = range.total else {
            return false
        }
        return range.first == 0 && range.last == total - 1
    }

    /// Whether every byte of the body was seen.
    var isBodyComplete: Bool {
        end == .complete && missingBytes == 0 && bodyBytes >= contentLength ?? 0
    }

    /// Whether the body ended before all of it had come, on the wire and not only in the capture.
    var isCutShort: Bool {
        guard isSuccess, !end.isUnseen, missingBytes == 0 else { return false }
        return end != .complete || bodyBytes < contentLength ?? 0
    }

    /// Whether the answer, or its absence, is an error.
    var isError: Bool {
        guard let status else { return end != .gap && missingBytes == 0 }
        return status >= 400
    }

    /// Whether the recording ended while the answer was still to come, before anybody would have given up waiting.
    func isWaitCutOff(before patience: Duration) -> Bool {
        status == nil && end == .open && endedAt.duration(since: requestedAt) < patience
    }

    /// The path without its query, which may carry credentials.
    var shownPath: String { ArtifactURL(url).path }
}
