// What one attempt to connect aims at.

/// Where and how to connect.
struct ConnectionTarget: Sendable {
    var address: BrokerAddress
    /// A numeric address of the host, or its name where the certificate must be for it.
    var host: String
    var options: ClientOptions

    /// Whether libmosquitto can begin this connection only in a call that waits for TCP.
    ///
    /// It looks for a name's certificate and next address only there, and takes no properties elsewhere.
    var opensAside: Bool { address.usesTLS || options.needsSessionExpiry }
}
