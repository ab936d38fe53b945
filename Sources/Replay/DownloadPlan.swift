// The network that each download of a replay meets. design.md §6, Network.

import Dialects
import Sessions
import Traffic

/// The curves of a replay's downloads, and what must be said about them.
struct DownloadPlan {
    private(set) var curves: [NetworkCurve] = []
    private(set) var notes: [String] = []

    init(trace: SessionTrace, settings: ReplaySettings, byteCount: Int64) {
        switch settings.network {
        case .good: curves = [.unlimited]
        case .curve(let curve): curves = [curve]
        case .recorded:
            measure(trace)
            if curves.isEmpty { estimate(trace, byteCount: byteCount) }
            // The speed 1 is left alone: dividing by it would only lose digits.
            if settings.speed != 1 { curves = curves.map { $0.sped(up: settings.speed) } }
        }
    }

    // MARK: - Measured

    private mutating func measure(_ trace: SessionTrace) {
        let transfers = trace.transfers.filter { !$0.exchange.isRedirect }
        if transfers.count < trace.transfers.count {
            notes.append(
                "The recorded redirects are left out: the image is served where the device is sent first."
            )
        }
        curves = transfers.map { curve(of: $0) }
        if transfers.contains(where: { $0.exchange.end.isUnseen }) {
            notes.append("The capture missed bytes of a download: it is played back as if they had come.")
        }
        if isGivenUp(trace.session), let last = transfers.indices.last, transfers[last].exchange.isCut {
            // The device hung up because nothing came any more: the silence is the cause, not the hanging up.
            curves[last].cut = .stall
        }
    }

    private func curve(of transfer: Transfer) -> NetworkCurve {
        var curve = NetworkCurve(of: transfer)
        if transfer.exchange.end.isUnseen {
            curve.status = transfer.exchange.status ?? 200
            curve.isEstimated = true
        }
        return curve
    }

    private func isGivenUp(_ session: Session) -> Bool {
        let classes: [FailureClass?] = [session.failureClass, session.claimedFailure]
        return classes.contains(.stalled) || classes.contains(.timedOut)
    }

    // MARK: - Estimated

    private mutating func estimate(_ trace: SessionTrace, byteCount: Int64) {
        var curve = NetworkCurve(isEstimated: true)
        curve.points = ClaimedCurve(of: trace, byteCount: byteCount).points
        let session = trace.session
        let claimed = session.claimedFailure ?? session.failureClass
        let reached = curve.points.last?.bytes ?? 0
        switch claimed {
        case .httpError:
            curve.status = Self.statusCode(in: session.claimedReason) ?? 404
            curve.points = []
        case .truncated:
            curve.cutAfter = reached
        case .timedOut where reached == 0:
            curve.status = nil
        case .stalled, .timedOut:
            (curve.cutAfter, curve.cut) = (reached, .stall)
        default: break
        }
        curves = [curve]
        notes.append(Self.note(claimed: claimed, curve: curve))
    }

    private static func note(claimed: FailureClass?, curve: NetworkCurve) -> String {
        let rate =
            curve.points.isEmpty
            ? "No download was recorded and no progress tells its rate"
            : "No download was recorded: its rate is estimated from progress messages"
        switch claimed {
        case .httpError: return "\(rate); status \(curve.status ?? 404) is taken from the device's words."
        case .truncated, .stalled, .timedOut: return "\(rate); how it ended is taken from the device's words."
        default: return rate + "."
        }
    }

    /// The first status code of a client or server error that stands alone in a text.
    static func statusCode(in text: String?) -> Int? {
        guard let text else { return nil }
        let words = text.utf8.split { !(0x30...0x39).contains($0) && !(0x41...0x7A).contains($0) }
        for word in words where word.count == 3 {
            if let code = Int(String(decoding: word, as: UTF8.self)), (400...599).contains(code) {
                return code
            }
        }
        return nil
    }
}
