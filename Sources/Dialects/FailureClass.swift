// Why an upgrade failed, in one word.

/// The root cause of a session that did not succeed, or the doubt about one that did.
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
    /// The image was asked for after its signed URL had expired.
    case urlExpired = "url-expired"
    /// The name of the image's server could not be resolved.
    case dnsFailure = "dns-failure"
    /// No connection to the image's server came about.
    case connectFailure = "connect-failure"
    /// The download stopped moving.
    case stalled
    /// The download ended before all bytes had come.
    case truncated
    /// The image's size is not the declared one.
    case sizeMismatch = "size-mismatch"
    /// The image's digest is not the declared one.
    case hashMismatch = "hash-mismatch"
    /// The device claimed 100 % and then nothing.
    case hundredPercentWithoutResult = "hundred-percent-without-result"
    /// The download came to its end and no result followed.
    case resultMissing = "result-missing"
    /// The device claims success and never fetched the image; a doubt about a session that is `ok`.
    case claimedSuccessWithoutDownload = "claimed-success-without-download"
    /// Claimed success, and no report of the new version followed; a doubt about a session that is `ok`.
    case versionNotConfirmed = "version-not-confirmed"
    /// Claimed success, and then the old version ran.
    case rolledBack = "rolled-back"
    /// Another upgrade took its place.
    case superseded
    /// The platform withdrew the upgrade, or the device gave it up for that reason.
    case cancelled
    /// It failed in a phase of the gateway's own, after the download.
    case gatewayPhase = "gateway-phase"
    /// The recording does not hold enough to tell.
    case recordingIncomplete = "recording-incomplete"
    /// The device gave up waiting.
    case timedOut = "timed-out"
    /// Something else; the device's own words are kept beside it.
    case other
}
