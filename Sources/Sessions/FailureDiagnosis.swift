// Why a session failed: what was measured, else what was claimed, else what silence tells.

import Dialects
import Traffic

/// The cause of a failure, where it was read from, and the evidence as one sentence.
struct FailureDiagnosis: Hashable {
    var failure: FailureClass
    var source: Session.FailureSource
    var text: String
}

/// Finds the cause of a failed session.
struct FailureFinder {
    let evidence: SessionEvidence
    let standing: Standing
    let download: MeasuredDownload
    let isDigestMatching: Bool?

    /// The cause; measured causes first.
    func diagnosis() -> FailureDiagnosis {
        if let cause = measured() {
            return FailureDiagnosis(failure: cause.0, source: .measured, text: cause.1 + ending)
        }
        return claimed() ?? silence()
    }

    private var offer: UpgradeEvent? { evidence.draft.offer }
    private var endingEvent: UpgradeEvent? { evidence.draft.machine.endingEvent }

    /// What followed the measured cause.
    private var ending: String {
        guard let event = endingEvent else {
            return standing.state == .expired ? ", and no result followed" : ""
        }
        switch event.kind {
        case .reject: return ", then the device refused" + code(of: event)
        case .result: return ", then the device reported" + code(of: event)
        default: return ""
        }
    }

    private func code(of event: UpgradeEvent) -> String {
        let said = [event.code, event.reason].compactMap(\.self).first { !$0.isEmpty }
        return said.map { " " + $0 } ?? (event.isOK == true ? " success" : " failure")
    }

    // MARK: - Measured

    private func measured() -> (FailureClass, String)? {
        guard let counting = download.counting else { return nil }
        if download.wholeBytes == nil {
            return httpError(counting.exchange) ?? stalled(counting) ?? truncated(counting.exchange)
        }
        return sizeMismatch() ?? hashMismatch() ?? slowed(counting)
    }

    private func httpError(_ exchange: Exchange) -> (FailureClass, String)? {
        guard exchange.isError else { return nil }
        guard let status = exchange.status else { return unanswered(exchange) }
        return (.httpError, "HTTP \(status) for \(exchange.shownPath)")
    }

    /// A request that nobody answered: timed out when the device waited as long as it does, else a server that left.
    ///
    /// The wait ends with the device's own word: an unanswered request shows nothing more on the wire.
    private func unanswered(_ exchange: Exchange) -> (FailureClass, String) {
        let end = max(exchange.endedAt, endingEvent?.recordedAt ?? exchange.endedAt)
        let waited = end.duration(since: exchange.requestedAt)
        let isTimedOut = standing.state == .timedOut || waited >= stallWindow
        return (
            isTimedOut ? .timedOut : .httpError,
            "no HTTP response for \(exchange.shownPath) within \(waited.shown)"
        )
    }

    /// Silence beyond which the device, or the analyzer, calls a download stalled; a clock's width less.
    private var stallWindow: Duration {
        guard let limit = offer?.socketTimeout, limit > .zero else { return evidence.rules.timers.stall }
        return min(limit, evidence.rules.timers.stall) * 0.95
    }

    /// A body that stopped moving and was given up.
    private func stalled(_ counting: TransferEvidence) -> (FailureClass, String)? {
        guard counting.exchange.isCutShort else { return nil }
        let silence = BodySilence(counting.transfer)
        var length = silence.atEnd
        if let event = endingEvent, event.claimedFailure == .stalled || event.claimedFailure == .timedOut {
            let lastByte = counting.exchange.endedAt.advanced(by: .zero - silence.atEnd)
            length = max(length, event.recordedAt.duration(since: lastByte))
        }
        guard length >= stallWindow else { return nil }
        return (.stalled, "no byte for \(length.shown) after \(progressed(counting.exchange))")
    }

    private func truncated(_ exchange: Exchange) -> (FailureClass, String)? {
        guard exchange.isCutShort else { return nil }
        return (.truncated, "body cut at \(progressed(exchange))")
    }

    private func progressed(_ exchange: Exchange) -> String {
        let total = exchange.contentLength ?? offer?.sizeBytes
        guard let total else { return "\(exchange.bodyBytes.grouped) bytes" }
        return "\(exchange.bodyBytes.grouped) of \(total.grouped) bytes"
    }

    private func sizeMismatch() -> (FailureClass, String)? {
        guard let size = download.wholeBytes, let declared = offer?.sizeBytes, size != declared,
            !download.isEncoded
        else { return nil }
        return (.sizeMismatch, "the image has \(size.grouped) bytes, not the offered \(declared.grouped)")
    }

    private func hashMismatch() -> (FailureClass, String)? {
        guard isDigestMatching == false, let declared = offer?.digest, let image = download.image,
            let measured = image.digest(like: declared)
        else { return nil }
        let algorithm = measured.utf8.count == 32 ? "MD5" : "SHA-256"
        let count = image.transferIDs.count
        let what = count == 1 ? "the body's" : "of \(count) responses together, the"
        return (
            .hashMismatch,
            "\(what) \(algorithm) \(measured.abridged) is not the offered \(declared.hex.abridged)"
        )
    }

    /// A body that came whole, but after a silence that the device does not wait out.
    private func slowed(_ counting: TransferEvidence) -> (FailureClass, String)? {
        guard let limit = offer?.socketTimeout, limit > .zero else { return nil }
        let silence = BodySilence(counting.transfer)
        guard silence.longest >= limit, silence.longest > BodySilence.resolution(of: counting.transfer) else {
            return nil
        }
        return (.stalled, "no byte for \(silence.longest.shown) after \(silence.bytesBefore.grouped) bytes")
    }
}
