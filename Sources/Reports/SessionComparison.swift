// What was offered, what the device claimed and what was measured, quantity by quantity.

import Sessions
import Traffic

/// The three columns side by side; none is ever filled from another.
struct SessionComparison {
    /// Quantity, offered, claimed, measured; quantities of which nothing is known are left out.
    let rows: [[String]]

    init(_ session: Session) {
        let candidates = [
            [
                "bytes", session.sizeBytes.map(Figures.bytes), session.claimedBytes.map(Figures.bytes),
                session.measuredBytes.map(Figures.bytes),
            ],
            [
                "percent", nil, session.claimedPercent.map { Figures.decimal($0, places: 1) + " %" },
                Self.measuredPercent(session),
            ],
            [
                "duration", nil, session.claimedDuration.map(Figures.duration),
                session.measuredDuration.map(Figures.duration),
            ],
            [
                "rate", nil, session.claimedBytesPerSecond.map(Figures.rate),
                session.measuredRate.map(Figures.rate),
            ],
            [
                "digest", nil, session.claimsDigestVerified.map { $0 ? "verified" : "not verified" },
                session.isDigestMatching.map { $0 ? "matches" : "does not match" },
            ],
            [
                "result", nil, Self.claimedResult(session),
                session.measuredStatus.map { "HTTP \($0)" },
            ],
        ]
        rows = candidates.filter { $0.dropFirst().contains { $0 != nil } }.map { $0.map { $0 ?? "" } }
    }

    /// How much of the offered size came in pieces over MQTT: dialects that send the image so claim no percentage.
    private static func measuredPercent(_ session: Session) -> String? {
        guard session.carrier == .mqtt, let bytes = session.measuredBytes, let size = session.sizeBytes,
            size > 0
        else { return nil }
        return Figures.decimal(Double(bytes) / Double(size) * 100, places: 1) + " %"
    }

    private static func claimedResult(_ session: Session) -> String? {
        let parts = [session.claimedCode, session.claimedReason].compactMap(\.self)
        return parts.isEmpty ? nil : parts.joined(separator: ": ")
    }
}
