// Rounds in which a gateway sends again what its targets miss. dialects.md §4.3.

import Dialects
import Traffic

/// What the rounds of a distribution show.
struct RoundSurvey {
    /// Rounds after which a gateway gives up, by default (dialects.md §4.3).
    static let limit: Int64 = 5

    /// The highest round, and the first report of it.
    private(set) var highest: Int64 = 0
    private(set) var highestPiece: SessionDraft.Piece?
    /// Blocks missing by the last report.
    private(set) var missing: Int64?
    /// Rounds that left no fewer blocks missing than the round before.
    private(set) var idleRounds = 0
    private(set) var idlePiece: SessionDraft.Piece?
    private var round: Int64?
    private var missingBefore: Int64?

    /// Takes a report.
    mutating func receive(_ piece: SessionDraft.Piece, _ message: MessageEvidence) {
        let event = message.statement.event
        guard event.round != nil || event.missingCount != nil else { return }
        if let now = event.round {
            if now != round {
                missingBefore = missing
                round = now
            }
            if now > highest {
                highest = now
                highestPiece = piece
            }
        }
        guard let now = event.missingCount else { return }
        if let before = missingBefore, now >= before, now > 0 {
            idleRounds += 1
            idlePiece = idlePiece ?? piece
            missingBefore = nil
        }
        missing = now
    }
}
