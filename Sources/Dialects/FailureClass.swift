// Why an upgrade failed, in one word.

/// The root cause of a failed session.
///
/// The spellings are for good: stores, reports and scripts rely on them.
public enum FailureClass: String, Hashable, Sendable, CaseIterable {
    /// The device never answered the offer.
    case notAcked = "not-acked"
    /// The device refused the offer.
    case rejected
    /// The device accepted and never asked for the image.
    case ackedNoRequest = "acked-no-request"
    /// The image was answered with a status other than success.
    case httpError = "http-error"
    /// The download stopped moving.
    case stalled
    /// The download ended before all bytes had come.
    case truncated
    /// The image's size is not the declared one.
    case sizeMismatch = "size-mismatch"
    /// The image's digest is not the declared one.
    case hashMismatch = "hash-mismatch"
    /// The device gave up waiting.
    case timedOut = "timed-out"
    /// The download came to its end and no result followed.
    case resultMissing = "result-missing"
    /// The recording does not hold enough to tell.
    case recordingIncomplete = "recording-incomplete"
    /// Something else; the device's own words are kept beside it.
    case other
}
