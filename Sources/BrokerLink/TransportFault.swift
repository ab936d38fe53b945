// What OpenSSL and libmosquitto log when no encrypted connection comes about, as what it means.

/// Why a TLS handshake failed.
enum TransportFault: Hashable {
    /// No authority that we trust has signed the broker's certificate.
    case untrusted
    /// The broker's certificate has expired, or one of its authorities'.
    case expired
    /// The broker's certificate is not valid yet.
    case early
    /// The broker's certificate is for another name.
    case otherName
    /// The broker wants a certificate of us.
    case certificateWanted
    /// The broker does not accept our certificate.
    case certificateRefused
    /// Whoever listens there does not speak TLS.
    case notSpoken
    /// The broker closed the encrypted connection without a word.
    case closed
    /// A file of ours is not what it should be.
    case badFile
    /// Anything else.
    case other

    /// Reads the log's lines of errors, and OpenSSL's verdict on the broker's certificate. X509_STORE_CTX_get_error(3)
    init?(log: [String], verification: Int) {
        let text = log.joined(separator: "\n")
        func says(_ words: String...) -> Bool { words.contains { text.contains($0) } }
        if says("Unable to load", "are inconsistent") {
            self = .badFile
        } else if says("host name verification failed") {
            self = .otherName
        } else if says("certificate verify failed") {
            self = Self.verdict(verification)
        } else if says("alert certificate required", "alert handshake failure") {
            self = .certificateWanted
        } else if says(
            "alert unknown ca",
            "alert bad certificate",
            "alert certificate",
            "alert unsupported cert"
        ) {
            self = .certificateRefused
        } else if says("wrong version number", "unexpected eof", "http request", "packet length too long") {
            self = .notSpoken
        } else if text.isEmpty {
            return nil
        } else {
            self = .other
        }
    }

    private static func verdict(_ number: Int) -> TransportFault {
        switch number {
        case 9: .early  // X509_V_ERR_CERT_NOT_YET_VALID
        case 10: .expired  // X509_V_ERR_CERT_HAS_EXPIRED
        case 0, 1: .otherName  // Nothing wrong with the chain: libmosquitto's own check of the name failed.
        default: .untrusted
        }
    }
}
