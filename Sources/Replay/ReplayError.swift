// Why a recording cannot be replayed, in words a person understands.

/// Why a recording cannot be replayed.
public enum ReplayError: Error, Hashable, Sendable {
    /// The recording holds no offer: it began too late (field-notes.md §4, R15).
    case headMissing(device: String)
    /// The recording holds no message at all, so there is nothing to publish.
    case nothingToSend(device: String)
    /// A speed that cannot be played.
    case speedUnusable(Double)
}

extension ReplayError: CustomStringConvertible {
    /// What is wrong and what to do about it, as sentences.
    public var description: String {
        switch self {
        case .headMissing(let device):
            "The recording of device \(device) holds no offer: it began after the upgrade did. "
                + "Replay a session whose offer was recorded; `otatape sessions` lists what there is."
        case .nothingToSend(let device):
            "The store holds no message of device \(device) that could be published: none was recorded, or they were "
                + "pruned. Replay a session whose messages are there; `otatape show` says which were pruned."
        case .speedUnusable(let speed):
            "A speed of \(speed) cannot be played. Give 0 (no delays), or a factor from 0.001 to 1000000."
        }
    }
}
