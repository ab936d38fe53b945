// Gathers in one pass over a session's messages what findings and derived facts need. dialects.md §5.6, §7.

import Dialects
import Traffic

/// What a session's messages show together, so that no finding needs to go over them again.
struct EvidenceSurvey {
    typealias Piece = SessionDraft.Piece

    /// Everything but progress reports and pieces of the image, in recorded order: few, whatever the session's length.
    private(set) var landmarks: [Piece] = []
    /// Progress reports that came after the end.
    private(set) var lateProgress: [Piece] = []
    private(set) var progress = ProgressSurvey()
    private(set) var clock: ClockSurvey
    private(set) var rounds = RoundSurvey()
    /// Messages with one oddity or several: the first of each statement, and how many there are.
    private(set) var odd: [Piece] = []
    private(set) var oddCount = 0
    /// The first message published below the declared quality of service, and how many there are.
    private(set) var belowQoS: Piece?
    private(set) var belowQoSCount = 0
    /// Whether the image came over MQTT.
    private(set) var hasChunks = false

    /// Statements with oddities that are looked at.
    private static let oddLimit = 32

    init(_ evidence: SessionEvidence) {
        clock = ClockSurvey(expecting: evidence.draft.saidCount(evidence.messages))
        let declared = evidence.rules.declaredQoS
        var statement: Statement?
        for piece in evidence.pieces {
            let handle = piece.handle
            let kind = evidence.messages[handle].kind
            let isNew = evidence.messages[handle].statement !== statement
            if isNew { statement = evidence.messages[handle].statement }
            switch kind {
            case .progress where piece.isAfterEnd: lateProgress.append(piece)
            case .progress:
                progress.receive(piece, evidence.messages[handle])
                if isNew { rounds.receive(piece, evidence.messages[handle]) }
            case .chunk: hasChunks = true
            default: landmarks.append(piece)
            }
            if kind.isFromDevice { clock.receive(piece, evidence.messages[handle]) }
            if let statement, !statement.event.oddities.isEmpty { note(odd: piece, isNew) }
            if !declared.isEmpty { compareQoS(of: piece, evidence.messages[handle], with: declared) }
        }
    }

    private mutating func note(odd piece: Piece, _ isNew: Bool) {
        oddCount += 1
        if isNew, odd.count < Self.oddLimit { odd.append(piece) }
    }

    private mutating func compareQoS(
        of piece: Piece,
        _ message: MessageEvidence,
        with declared: [Dialect.Direction: QoS]
    ) {
        let isDown = message.kind == .offer || message.kind == .cancel || message.kind == .versionQuery
        guard isDown || message.kind.isFromDevice, let wanted = declared[isDown ? .down : .up],
            let qos = message.publisherQoS, qos.rawValue < wanted.rawValue
        else { return }
        belowQoS = belowQoS ?? piece
        belowQoSCount += 1 + Int(message.thinnedBefore)
    }
}

extension SessionEvidence {
    /// The first of some pieces that are of one kind.
    func first(_ kind: UpgradeEvent.Kind, of pieces: [SessionDraft.Piece]) -> SessionDraft.Piece? {
        pieces.first { messages[$0.handle].kind == kind }
    }

    /// Those of some pieces that are of one kind.
    func all(_ kind: UpgradeEvent.Kind, of pieces: [SessionDraft.Piece]) -> [SessionDraft.Piece] {
        pieces.filter { messages[$0.handle].kind == kind }
    }
}
