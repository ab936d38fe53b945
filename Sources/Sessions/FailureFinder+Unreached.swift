// Servers that a device wanted to reach and did not, as the wire shows.

import Dialects
import Traffic

extension FailureFinder {
    /// The name that did not resolve or the server that took no connection, where nothing of the image came.
    func unreached() -> Cause? {
        guard evidence.transfers.isEmpty, evidence.draft.chunks.isEmpty, !claimsBytes, mayBlameNetwork,
            let start = evidence.draft.machine.offeredAt,
            let last = evidence.unreached.last(
                of: evidence.draft.urls.lazy.compactMap(\.server),
                for: evidence.neighbourhood.addresses,
                from: start,
                to: standing.endedAt ?? evidence.horizon
            )
        else { return nil }
        return Cause(failure: last.cause.isOfName ? .dnsFailure : .connectFailure, text: last.sentence)
    }

    /// Whether the device says that it fetched something: over a connection that nobody can read, then.
    private var claimsBytes: Bool {
        evidence.progress.contains { piece in
            evidence[piece].percent ?? 0 > 0 || evidence[piece].downloadedBytes ?? 0 > 0
        }
    }

    /// Whether the device's word, if it gave any, can mean that it reached nobody.
    private var mayBlameNetwork: Bool {
        if standing.state == .contradicted { return false }
        guard let event = endingEvent else { return true }
        let causes: [FailureClass?] = [
            nil, .other, .dnsFailure, .connectFailure, .timedOut, .stalled, .httpError,
        ]
        return event.kind != .reject && causes.contains(event.claimedFailure)
    }
}
