// What happened while a replay was played.

import Dialects
import Replay
import Sessions
import Store
import Traffic

/// The live side as it was observed, and how well we kept time.
struct ReplayPerformance: Sendable {
    /// The live session with its evidence; `nil` when the device never took part.
    var observed: SessionTrace?
    /// How late our own acts were.
    var lateness = Replay.Lateness()
    /// What was published and received, in order; at most `lineLimit` of them.
    var lines: [ReplayRecord.Line] = []
    /// How the observation ended.
    var finish: ReplayFinish?
    /// Live ids that stand for no recorded one.
    var unbound: [Bindings.Unbound] = []

    /// How many lines are kept: a device that floods must not fill the memory.
    static let lineLimit = 100_000

    /// Requests that the device made for what was not offered; they were answered with 404 (field-notes.md §4, R8).
    var extraRequests: [Transfer] = []
    /// Reports of our own broker connection and host that were lost.
    var lostReports: Int64 = 0

    /// What must be said of the way it ended.
    var notes: [String] {
        var notes = extraRequests.prefix(10).map {
            "The device also requested \($0.exchange.target): answered with 404."
        }
        if case .timedOut(let kind) = finish {
            notes.append("The device did not send the \(kind.rawValue) that the recording waited for.")
        }
        return notes
    }

    /// What made the replay itself unusable, as a sentence.
    var failure: String? {
        if lostReports > 0 {
            return "The replay lost \(lostReports) of its own observations; is the machine overloaded?"
        }
        guard let stranger = unbound.first else { return nil }
        return
            "The device sent a \(stranger.kind.rawValue) with the \(stranger.field.rawValue) id “\(stranger.live)”, "
            + "which this replay never gave it; is another platform talking to it?"
    }

    mutating func add(_ line: ReplayRecord.Line) {
        if lines.count < Self.lineLimit { lines.append(line) }
    }
}
