// Whom a client trusts, and how it proves who it is, on an encrypted connection.

import Foundation

/// The certificates of one encrypted connection, as paths of PEM files.
public struct TransportSecurity: Hashable, Sendable {
    /// Authorities that may have signed the broker's certificate; `nil` takes those that the system trusts.
    public var authorityFile: String?
    /// Our own certificate, for brokers that want one.
    public var certificateFile: String?
    /// The key of our own certificate, not encrypted.
    public var keyFile: String?
    /// Whether the broker's certificate must be for the name that we connect to.
    public var verifiesHostName = true

    /// Trusts what the system trusts, and shows no certificate.
    public init() {}

    /// Where Debian keeps the system's authorities, should OpenSSL's own default be elsewhere.
    static let systemAuthorities = "/etc/ssl/certs"

    /// Refuses files that cannot be read, and half of a pair.
    func check() throws(BrokerError) {
        guard (certificateFile == nil) == (keyFile == nil) else {
            throw BrokerError(
                .unusableFile,
                "A client certificate needs its key and the other way round; give both (--cert and --key)."
            )
        }
        let files = [
            (authorityFile, "authorities' certificates"), (certificateFile, "client certificate"),
            (keyFile, "client certificate's key"),
        ]
        for (path, what) in files {
            guard let path, !FileManager.default.isReadableFile(atPath: path) else { continue }
            throw BrokerError(
                .unusableFile,
                "The file '\(path)' with the \(what) cannot be read; is the path right, and may you read it?"
            )
        }
    }
}
