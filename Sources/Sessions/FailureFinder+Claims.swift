// Causes that the wire does not show: the device's word, and silence.

import Dialects
import Traffic

extension FailureFinder {
    /// What the device says; `nil` when it said nothing, or nothing that names a cause while silence does.
    func claimed() -> FailureDiagnosis? {
        if standing.state == .contradicted { return rolledBack() }
        guard let event = endingEvent else { return nil }
        if event.kind == .reject { return claimed(.rejected, "the device refused" + said(event)) }
        let failure = event.claimedFailure ?? (standing.state == .timedOut ? .timedOut : .other)
        if let phase = gatewayPhase(claiming: failure, event) {
            return claimed(.gatewayPhase, "failed in \(phase): the device reported" + said(event))
        }
        if failure == .other, isNeverRequested { return neverRequested("the device reported" + said(event)) }
        if failure == .hashMismatch, isDigestMatching == true {
            let text = "the device reported\(said(event)), though the image has the offered digest"
            return claimed(failure, text, transfers: download.image?.transferIDs ?? [])
        }
        if isRefuted(failure) {
            let text =
                "the device reported\(said(event)), though the whole image was sent with the offered digest"
            return claimed(.other, text, transfers: download.image?.transferIDs ?? [])
        }
        return claimed(failure, "the device reported" + said(event))
    }

    /// Whether the wire shows that a download did not fail as the device's words were read.
    private func isRefuted(_ failure: FailureClass) -> Bool {
        let ofDownload: [FailureClass] = [
            .httpError, .truncated, .stalled, .dnsFailure, .connectFailure, .urlExpired, .sizeMismatch,
        ]
        return isDigestMatching == true && download.wholeBytes != nil && ofDownload.contains(failure)
    }

    private func claimed(_ failure: FailureClass, _ text: String, transfers: [Int64] = []) -> FailureDiagnosis
    {
        FailureDiagnosis(
            failure: failure,
            source: .claimed,
            text: text,
            messageIDs: offerIDs + endingIDs,
            transferIDs: transfers
        )
    }

    private func rolledBack() -> FailureDiagnosis {
        let report = evidence.pieces.last { piece in
            evidence[piece].kind == .version && evidence[piece].at == evidence.draft.machine.confirmedAt
        }
        let version = report.flatMap { evidence[$0].event.version } ?? "the old version"
        let wasThere = evidence.pieces.contains { piece in
            evidence[piece].kind == .version && evidence[piece].event.version == evidence.draft.toVersion
        }
        let word = endingEvent == nil ? "reported the new version" : "reported success"
        return FailureDiagnosis(
            failure: .rolledBack,
            source: .claimed,
            text: "the device \(word), then \(wasThere ? "ran \(version) again" : "still ran \(version)")",
            messageIDs: endingIDs + (report.map { [evidence[$0].id] } ?? [])
        )
    }

    // MARK: - Gateways

    /// The phase of the gateway's own in which it failed, with its figures; `nil` where there is none, or where the
    /// device names a cause in the image itself.
    private func gatewayPhase(claiming failure: FailureClass, _ event: UpgradeEvent?) -> String? {
        guard [.other, .stalled, .timedOut].contains(failure) else { return nil }
        let last = evidence.progress.last { evidence[$0].statement.event.phase != nil }
        let told = event?.phase == nil ? last.map { evidence[$0].event } : event
        guard let told, let phase = told.phase, isGateways(phase) else { return nil }
        let round = told.round.map { ", round \($0)" } ?? ""
        let missing = told.missingCount.map { ", \($0) block\($0 == 1 ? "" : "s") missing" } ?? ""
        return "phase \(phase)" + round + missing
    }

    /// Whether a phase is one that only gateways have, or one after the download of a device behind a gateway.
    private func isGateways(_ phase: String) -> Bool {
        if ["key", "distribute", "bitmap"].contains(phase) { return true }
        return evidence.draft.gatewayID != nil && !["offer", "fetch", "download"].contains(phase)
    }

    // MARK: - Silence

    /// What follows from nothing more having come.
    func silence() -> FailureDiagnosis {
        if let unseen = unseenSilence() { return unseen }
        let machine = evidence.draft.machine
        if machine.offeredAt == nil, machine.state == .polled {
            return silence(.other, "the device asked for an upgrade and the platform did not answer")
        }
        if standing.state == .rejected {
            return silence(
                .notAcked,
                "offered while another upgrade was under way; no answer in \(evidence.ackWindow.shown)"
            )
        }
        if !machine.isAnswered, evidence.transfers.isEmpty, evidence.draft.chunks.isEmpty {
            return unanswered()
        }
        return silenceOfDownload()
    }

    /// A silence in which the recorder was not connected proves nothing.
    private func unseenSilence() -> FailureDiagnosis? {
        guard !evidence.outages.isEmpty, let end = standing.endedAt else { return nil }
        let last = min(evidence.draft.machine.lastActivityAt, end)
        let length = Outage.overlap(of: evidence.outages, from: last, to: end)
        guard length > .zero else { return nil }
        let text =
            "nothing more was recorded; for \(length.shown) of that time the recorder was without its source"
        return silence(.recordingIncomplete, text)
    }

    /// No sign of life: a missing answer is evidence only where there is one to be seen.
    private func unanswered() -> FailureDiagnosis {
        guard evidence.rules.unseen.contains(.accept) else {
            let window = evidence.ackWindow.shown
            return silence(.notAcked, "no answer to the offer within \(window), nor later")
        }
        let text = "nothing followed the offer; whether the device took it cannot be seen in this dialect"
        return silence(.resultMissing, text)
    }

    private func silenceOfDownload() -> FailureDiagnosis {
        let percent = evidence.progress.last.flatMap { evidence[$0].percent }
        if let percent, percent >= 100 {
            let measured = wholeBytes.map { "; all \($0.grouped) bytes had come" } ?? ""
            let text = "progress came to \(percent.shown) %, and no result followed"
            return silence(.hundredPercentWithoutResult, text + measured)
        }
        if let phase = gatewayPhase(claiming: .other, nil) {
            return silence(.gatewayPhase, "no sign of life after \(phase)")
        }
        if let bytes = wholeBytes {
            return silence(.resultMissing, "all \(bytes.grouped) bytes came, and no result followed")
        }
        if download.hasGap {
            return silence(.recordingIncomplete, "the capture misses a part of the download, and no result")
        }
        if let percent {
            return silence(.stalled, "stalled at \(percent.shown) %: no sign of life after that")
        }
        if isNeverRequested { return neverRequested("the device took the offer") }
        return silence(.other, "the device took the offer, and nothing more was recorded")
    }

    /// The image's size, when all of it came, over HTTP or over MQTT.
    private var wholeBytes: Int64? {
        if let bytes = download.wholeBytes { return bytes }
        let chunks = evidence.draft.chunks
        guard let size = offer?.sizeBytes, size > 0, chunks.bytes >= size else { return nil }
        return chunks.bytes
    }

    /// Whether the device took the offer and asked for nothing, as far as the recording can tell.
    private var isNeverRequested: Bool {
        evidence.seesHTTP && evidence.transfers.isEmpty && evidence.progress.isEmpty
            && evidence.draft.chunks.isEmpty && evidence.draft.machine.acceptedAt != nil
            && !evidence.isBlind(from: evidence.draft.machine.acceptedAt, to: standing.endedAt)
    }

    private func neverRequested(_ start: String) -> FailureDiagnosis {
        silence(.ackedNoRequest, start + ", and the image was never requested")
    }

    private func silence(_ failure: FailureClass, _ text: String) -> FailureDiagnosis {
        var messages = offerIDs
        for id in lastIDs where !messages.contains(id) { messages.append(id) }
        return FailureDiagnosis(
            failure: failure,
            source: .silence,
            text: text,
            messageIDs: messages,
            transferIDs: evidence.transfers.map(\.id)
        )
    }

    func said(_ event: UpgradeEvent) -> String {
        let words = [event.code, event.reason].compactMap(\.self).filter { !$0.isEmpty }
        return words.isEmpty ? (event.kind == .reject ? "" : " failure") : " " + words.joined(separator: ": ")
    }
}
