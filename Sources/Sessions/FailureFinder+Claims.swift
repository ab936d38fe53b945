// Causes that the wire does not show: the device's word, and silence.

import Dialects
import Traffic

extension FailureFinder {
    /// What the device says; `nil` when it said nothing, or nothing that names a cause while silence does.
    func claimed() -> FailureDiagnosis? {
        let machine = evidence.draft.machine
        if standing.state == .contradicted {
            let version = evidence.draft.fromVersion ?? "the old version"
            let text = "the device reported success, then still ran \(version)"
            return FailureDiagnosis(failure: .other, source: .claimed, text: text)
        }
        guard let event = machine.endingEvent else { return nil }
        if event.kind == .reject {
            return FailureDiagnosis(
                failure: .rejected,
                source: .claimed,
                text: "the device refused" + said(event)
            )
        }
        let failure = event.claimedFailure ?? (standing.state == .timedOut ? .timedOut : .other)
        if failure == .other, isNeverRequested { return neverRequested("the device reported" + said(event)) }
        return FailureDiagnosis(failure: failure, source: .claimed, text: "the device reported" + said(event))
    }

    /// What follows from nothing more having come.
    func silence() -> FailureDiagnosis {
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
        if !machine.isAnswered, evidence.transfers.isEmpty {
            return silence(.notAcked, "no answer to the offer within \(evidence.ackWindow.shown), nor later")
        }
        return silenceOfDownload()
    }

    private func silenceOfDownload() -> FailureDiagnosis {
        if let bytes = download.wholeBytes {
            return silence(.resultMissing, "all \(bytes.grouped) bytes came, and no result followed")
        }
        if download.hasGap {
            return silence(.recordingIncomplete, "the capture misses a part of the download, and no result")
        }
        let percent = evidence.progress.last.flatMap { evidence[$0].percent }
        if let percent, percent >= 100 {
            return silence(.resultMissing, "progress came to \(percent.shown) %, and no result followed")
        }
        if let percent {
            return silence(.stalled, "no sign of life after progress \(percent.shown) %")
        }
        if isNeverRequested { return neverRequested("the device took the offer") }
        return silence(.other, "the device took the offer, and nothing more was recorded")
    }

    /// Whether the device took the offer and asked for nothing, as far as the recording can tell.
    private var isNeverRequested: Bool {
        evidence.seesHTTP && evidence.transfers.isEmpty && evidence.progress.isEmpty
            && evidence.draft.machine.acceptedAt != nil
    }

    private func neverRequested(_ start: String) -> FailureDiagnosis {
        silence(.ackedNoRequest, start + ", and the image was never requested")
    }

    private func silence(_ failure: FailureClass, _ text: String) -> FailureDiagnosis {
        FailureDiagnosis(failure: failure, source: .silence, text: text)
    }

    private func said(_ event: UpgradeEvent) -> String {
        let words = [event.code, event.reason].compactMap(\.self).filter { !$0.isEmpty }
        return words.isEmpty ? (event.kind == .reject ? "" : " failure") : " " + words.joined(separator: ": ")
    }
}
