// dialects.md §7, 43–45.

import Dialects
import Traffic

/// What the device runs after it reported success.
enum VersionFindings: AnomalyFinder {
    static func anomalies(in findings: Findings) -> [Anomaly] {
        let session = findings.session
        let reports = findings.all(.version).filter { piece in
            session.resultAt.map { findings.at(piece) >= $0 } ?? false
        }
        if session.state == .unconfirmed, findings.isSeen(.version), reports.isEmpty {
            return findings.evidence.isBlindForConfirmation ? [] : [notConfirmed(findings)]
        }
        guard session.outcome == .ok || session.state == .contradicted, let target = session.toVersion else {
            return []
        }
        return [unchanged(reports, target, findings), unexpected(reports, target, findings)].compactMap(
            \.self
        )
    }

    private static func notConfirmed(_ findings: Findings) -> Anomaly {
        let window = findings.evidence.rules.timers.confirm
        let result = findings.first(.result)
        return findings.anomaly(
            .versionNotConfirmed,
            .warning,
            result.map { [$0] } ?? [],
            at: findings.session.endedAt?.advanced(by: window),
            "success was claimed, and no version report followed within \(window.shown)"
        )
    }

    private static func unchanged(
        _ reports: [Findings.Piece],
        _ target: String,
        _ findings: Findings
    ) -> Anomaly? {
        guard let old = findings.session.fromVersion, old != target else { return nil }
        // Before it restarts a device may well report the old version once more; the last word counts.
        guard let last = reports.last, findings.said(last).version == old else { return nil }
        let same = reports.filter { findings.said($0).version == old }
        let wasThere = reports.contains { findings.said($0).version == target }
        let text =
            "success was claimed, and the device \(wasThere ? "again" : "still") runs \(old) instead of \(target)"
        return findings.anomaly(.versionUnchanged, .error, same, text)
    }

    private static func unexpected(
        _ reports: [Findings.Piece],
        _ target: String,
        _ findings: Findings
    ) -> Anomaly? {
        let third = reports.filter { piece in
            guard let version = findings.said(piece).version else { return false }
            return version != target && version != findings.session.fromVersion
        }
        guard let first = third.first, let version = findings.said(first).version else { return nil }
        let text = "after the upgrade to \(target) the device reports \(version)"
        return findings.anomaly(.unexpectedVersion, .error, third, text)
    }
}
