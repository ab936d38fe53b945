// A session as it is about to be told.

import Traffic

/// A session with what telling it needs; the evidence itself is no longer held.
struct AssessedSession {
    let session: Session
    let draft: SessionDraft
    let transfers: [TransferEvidence]
    /// When silence alone will change something.
    let nextChange: Timestamp
    /// Until when evidence can change something.
    let openUntil: Timestamp
    /// Whether it is let go while evidence could still change it.
    let isLetGoEarly: Bool

    /// Assesses a session; `letGoAt` is the time at which its device is let go for want of room.
    init(_ evidence: SessionEvidence, letGoAt: Timestamp?, retention: Duration) {
        var session = SessionAssessment(evidence).session()
        openUntil = evidence.lastChange
        isLetGoEarly = letGoAt.map { $0 <= evidence.lastChange } ?? false
        if let letGoAt, isLetGoEarly { session.anomalies.append(MemoryLimit.anomaly(at: letGoAt)) }
        self.session = session
        draft = evidence.draft
        transfers = evidence.transfers
        let settles = openUntil.advanced(by: retention)
        nextChange = min(evidence.nextChange ?? settles, settles)
    }
}
