// Causes that the wire shows.

import Dialects
import Traffic

extension FailureFinder {
    /// The cause that was measured; `nil` when the wire shows none.
    func measured() -> Cause? {
        guard let counting = download.counting else { return chunked() ?? unreached() }
        if download.wholeBytes == nil {
            return httpError(counting) ?? stalled(counting) ?? truncated(counting)
        }
        return sizeMismatch() ?? hashMismatch() ?? slowed(counting)
    }

    private func httpError(_ counting: TransferEvidence) -> Cause? {
        let exchange = counting.exchange
        guard exchange.isError else { return nil }
        guard let status = exchange.status else { return unanswered(counting) }
        let text = "HTTP \(status) for \(exchange.shownPath)"
        if let expiry = expiry(of: exchange) {
            return Cause(failure: .urlExpired, text: text + expiry, transferIDs: [counting.id])
        }
        return Cause(failure: .httpError, text: text, transferIDs: [counting.id])
    }

    /// How an error answers a URL that was no longer valid; `nil` where nothing says so.
    private func expiry(of exchange: Exchange) -> String? {
        guard let status = exchange.status, [400, 401, 403, 410].contains(status) else { return nil }
        let signed = SignedURL(exchange.url)
        if let expiresAt = signed.expiresAt {
            let late = exchange.requestedAt.duration(since: expiresAt)
            return late > .zero ? ", \(late.shown) after the URL expired" : nil
        }
        if let offeredAt = evidence.draft.machine.offeredAt, signed.isSigned {
            let age = exchange.requestedAt.duration(since: offeredAt)
            // Platforms of dialect A sign for ten minutes (dialects.md §1.3).
            if age > SignedURL.usualLifetime { return ", \(age.shown) after the signed URL was offered" }
        }
        return endingEvent?.claimedFailure == .urlExpired ? ": the URL had expired" : nil
    }

    /// A request that nobody answered: timed out when the device waited as long as it does, else a server that left.
    ///
    /// The wait ends with the device's own word: an unanswered request shows nothing more on the wire. Where the recording
    /// ended before that, it ends there, and what is shorter than the device's patience tells nothing.
    private func unanswered(_ counting: TransferEvidence) -> Cause? {
        let exchange = counting.exchange
        let word = endingEvent?.recordedAt
        let isUnseen = exchange.end == .open && word.map { $0 > exchange.endedAt } ?? true
        let end = isUnseen ? exchange.endedAt : max(exchange.endedAt, word ?? exchange.endedAt)
        let waited = end.duration(since: exchange.requestedAt)
        if isUnseen, waited < stallWindow { return nil }
        let isTimedOut = standing.state == .timedOut || waited >= stallWindow
        return Cause(
            failure: isTimedOut ? .timedOut : .httpError,
            text: "no HTTP response for \(exchange.shownPath) within \(waited.shown)",
            transferIDs: [counting.id]
        )
    }

    /// Silence beyond which the device, or the analyzer, calls a download stalled; a clock's width less.
    private var stallWindow: Duration {
        guard let limit = offer?.socketTimeout, limit > .zero else { return evidence.rules.timers.stall }
        return min(limit, evidence.rules.timers.stall) * 0.95
    }

    /// A body that stopped moving and was given up.
    private func stalled(_ counting: TransferEvidence) -> Cause? {
        guard counting.exchange.isCutShort || counting.exchange.end == .open else { return nil }
        let silence = BodySilence(counting.transfer)
        var length = silence.atEnd
        // When its recording ended with the download under way, nobody saw what came after.
        if counting.exchange.end != .open, let event = endingEvent,
            event.claimedFailure == .stalled || event.claimedFailure == .timedOut
        {
            let lastByte = counting.exchange.endedAt.advanced(by: .zero - silence.atEnd)
            length = max(length, event.recordedAt.duration(since: lastByte))
        }
        guard length >= stallWindow else { return nil }
        let exchange = counting.exchange
        let place = share(exchange.bodyBytes, of: exchange.contentLength ?? offer?.sizeBytes)
        return Cause(
            failure: .stalled,
            text: "stalled\(place): no byte for \(length.shown) after \(progressed(exchange))",
            transferIDs: [counting.id]
        )
    }

    private func truncated(_ counting: TransferEvidence) -> Cause? {
        guard counting.exchange.isCutShort else { return nil }
        return Cause(
            failure: .truncated,
            text: "body cut at \(progressed(counting.exchange))",
            transferIDs: [counting.id]
        )
    }

    private func progressed(_ exchange: Exchange) -> String {
        progressed(exchange.bodyBytes, of: exchange.contentLength ?? offer?.sizeBytes)
    }

    private func progressed(_ bytes: Int64, of total: Int64?) -> String {
        guard let total else { return "\(bytes.grouped) bytes" }
        return "\(bytes.grouped) of \(total.grouped) bytes"
    }

    private func share(_ bytes: Int64, of total: Int64?) -> String {
        guard let total, total > 0, bytes >= 0, bytes <= total else { return "" }
        return " at \(Int64((Double(bytes) / Double(total) * 100).rounded(.down))) %"
    }

    private func sizeMismatch() -> Cause? {
        guard let size = download.wholeBytes, let declared = offer?.sizeBytes, size != declared,
            !download.isEncoded
        else { return nil }
        return Cause(
            failure: .sizeMismatch,
            text: "the image has \(size.grouped) bytes, not the offered \(declared.grouped)",
            transferIDs: download.image?.transferIDs ?? download.responses.map(\.id)
        )
    }

    private func hashMismatch() -> Cause? {
        guard isDigestMatching == false, let declared = offer?.digest, let image = download.image,
            let measured = image.digest(like: declared)
        else { return nil }
        let algorithm = measured.utf8.count == 32 ? "MD5" : "SHA-256"
        let count = image.transferIDs.count
        let what = count == 1 ? "the body's" : "of \(count) responses together, the"
        let text = "\(what) \(algorithm) \(measured.abridged) is not the offered \(declared.hex.abridged)"
        return Cause(failure: .hashMismatch, text: text, transferIDs: image.transferIDs)
    }

    /// A body that came whole, but after a silence that the device does not wait out.
    private func slowed(_ counting: TransferEvidence) -> Cause? {
        guard let limit = offer?.socketTimeout, limit > .zero else { return nil }
        let silence = BodySilence(counting.transfer)
        guard silence.longest >= limit, silence.longest > BodySilence.resolution(of: counting.transfer) else {
            return nil
        }
        let total = counting.exchange.contentLength ?? offer?.sizeBytes
        let place = share(silence.bytesBefore, of: total)
        let after = "\(silence.longest.shown) after \(silence.bytesBefore.grouped) bytes"
        return Cause(
            failure: .stalled,
            text: "stalled\(place): no byte for \(after)",
            transferIDs: [counting.id]
        )
    }

    // MARK: - Over MQTT

    /// An image in pieces over MQTT that did not come whole, or is not of the offered size.
    private func chunked() -> Cause? {
        let chunks = evidence.draft.chunks
        guard !chunks.isEmpty, let last = chunks.lastAt else { return nil }
        let size = offer?.sizeBytes.flatMap { $0 > 0 ? $0 : nil }
        let came = progressed(chunks.bytes, of: size) + " over MQTT"
        if let size, chunks.isExact, chunks.bytes > size {
            let text =
                "the pieces over MQTT hold \(chunks.bytes.grouped) bytes, not the offered \(size.grouped)"
            return Cause(failure: .sizeMismatch, text: text)
        }
        if let missing = chunks.missing {
            return Cause(failure: .truncated, text: "piece \(missing) never came: \(came)")
        }
        guard let size, chunks.bytes < size else { return nil }
        let waited = (endingEvent?.recordedAt ?? standing.endedAt ?? last).duration(since: last)
        guard waited >= stallWindow else {
            return Cause(failure: .truncated, text: "the image ended at \(came)")
        }
        let place = share(chunks.bytes, of: size)
        return Cause(failure: .stalled, text: "stalled\(place): no piece for \(waited.shown) after \(came)")
    }
}
