// A device's clock as its messages claim it, beside the recorder's. dialects.md §5.6.

import Traffic

/// What the times that a device claims show; never used for order.
struct ClockSurvey {
    typealias Piece = SessionDraft.Piece

    /// Claims whose offset is looked at, about: a median needs no more.
    private static let sampleCount = 64
    /// A claimed time may go back so far before it counts (dialects.md §5.5).
    private static let tolerance = Duration.seconds(1).wholeNanoseconds

    /// Messages that claim a time.
    private(set) var count = 0
    /// How often a claim lies before the one before it, and the first time.
    private(set) var decreaseCount = 0
    private(set) var decrease: ProgressSurvey.Step?
    private(set) var largestDecrease: Int64 = 0
    /// Most messages in a row that claim one and the same time, the first and last of them, and how long they took.
    private(set) var constantCount = 0
    private(set) var constant: ProgressSurvey.Step?
    private(set) var constantLength = Duration.zero
    /// The first message with a time that no clock can have that was ever set.
    private(set) var unset: Piece?
    private(set) var lastClaim: Timestamp?
    private var offsets: [Int64] = []
    private var last: Piece?
    private var run: (first: Piece, start: Timestamp, count: Int)?
    private var isWholeSeconds = true
    private var isWholeMilliseconds = true
    private let stride: Int

    /// 2020-01-01: what claims to be earlier was never set.
    private static let leastTime = Timestamp(seconds: 1_577_836_800)

    init(expecting messages: Int) {
        stride = max(1, messages / Self.sampleCount)
    }

    /// Takes the next message of the device.
    mutating func receive(_ piece: Piece, _ message: MessageEvidence) {
        guard let claim = message.claimedAt else { return }
        takeSamples(of: claim.nanoseconds(since: message.at), 1 + Int(message.thinnedBefore))
        if isWholeMilliseconds {
            isWholeMilliseconds = claim.nanoseconds % 1_000_000 == 0
            isWholeSeconds = isWholeSeconds && claim.nanoseconds % 1_000_000_000 == 0
        }
        if claim < Self.leastTime { unset = unset ?? piece }
        if let before = lastClaim, let last {
            let fall = before.nanoseconds(since: claim)
            if fall > Self.tolerance {
                decreaseCount += 1
                decrease = decrease ?? ProgressSurvey.Step(before: last, after: piece)
                largestDecrease = max(largestDecrease, fall)
            }
        }
        countEqual(claim, piece, message)
        lastClaim = claim
        last = piece
    }

    /// Messages that were let go claimed about what the one does that counts them.
    private mutating func takeSamples(of offset: Int64, _ messages: Int) {
        let taken = (count + stride - 1) / stride
        count += messages
        offsets += repeatElement(offset, count: (count + stride - 1) / stride - taken)
    }

    private mutating func countEqual(_ claim: Timestamp, _ piece: Piece, _ message: MessageEvidence) {
        guard let known = run, claim == lastClaim else {
            run = (piece, message.at, 1)
            return
        }
        let count = known.count + 1 + Int(message.thinnedBefore)
        run = (known.first, known.start, count)
        if count > constantCount {
            constantCount = count
            constant = ProgressSurvey.Step(before: known.first, after: piece)
            constantLength = message.at.duration(since: known.start)
        }
    }

    /// Whether the clock stood still, or was never set.
    var isConstant: Bool { unset != nil || (constantCount > 3 && constantLength >= .seconds(2)) }

    /// The median of claimed minus recorded time; `nil` when nothing was claimed.
    var offset: Duration? { Self.median(offsets[...]).map { .nanoseconds($0) } }

    /// How much the offset changed from the first quarter of the messages to the last; `nil` when there are few.
    var drift: Duration? {
        guard offsets.count >= 8, let first = Self.median(offsets.prefix(offsets.count / 4)),
            let last = Self.median(offsets.suffix(offsets.count / 4))
        else { return nil }
        return .nanoseconds(last.addingSaturated(first == .min ? .max : -first))
    }

    /// The unit that claims are whole numbers of: `s`, `ms` or `us`; `nil` when there are too few to tell.
    var resolution: SessionFacts.ClockResolution? {
        guard count >= 3 else { return nil }
        if isWholeMilliseconds { return isWholeSeconds ? .seconds : .milliseconds }
        return .microseconds
    }

    private static func median(_ values: ArraySlice<Int64>) -> Int64? {
        guard !values.isEmpty else { return nil }
        let sorted = values.sorted()
        let middle = sorted.count / 2
        if !sorted.count.isMultiple(of: 2) { return sorted[middle] }
        let (low, high) = (sorted[middle - 1], sorted[middle])
        return low / 2 + high / 2 + (low % 2 + high % 2) / 2
    }
}
