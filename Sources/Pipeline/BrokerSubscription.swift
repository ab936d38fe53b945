// A broker that is recorded from, and how we introduce ourselves to it.

import BrokerLink

/// One broker of a recording.
public struct BrokerSubscription: Hashable, Sendable {
    /// Its URL, such as `mqtt://127.0.0.1:1883` or `mqtts://ops@broker.example`.
    public var url: String
    /// The client id; by default one that is the same whenever this store records from this broker on this machine, so
    /// that the broker goes on where a killed recorder left.
    public var clientID: String?
    /// Whether the broker keeps the subscription, and queues for it, when the recording has ended in order.
    public var keepsSession = false
    /// Whether the broker forgets us with every connection: what is published during an outage is then lost.
    public var isCleanSession = false
    /// Whether to speak MQTT 5 instead of 3.1.1.
    public var speaksMQTT5 = false
    /// The group of recorders that share the subscription, each getting a part of the messages; `nil` gets all.
    public var shareGroup: String?

    /// The user, unless the URL names one.
    public var userName: String?
    /// The user's password.
    public var password: String?
    /// PEM file of the authorities that may have signed the broker's certificate; `nil` takes the system's.
    public var authorityFile: String?
    /// PEM file of our own certificate.
    public var certificateFile: String?
    /// PEM file of its key.
    public var keyFile: String?
    /// Whether the broker's certificate must be for the name in the URL.
    public var verifiesHostName = true

    /// A broker by its URL.
    public init(url: String) {
        self.url = url
    }
}

extension BrokerSubscription {
    /// How long messages may gather while few come: at 100 a second a recorder then wakes for several at a time.
    private static let gatheringTime = Duration.milliseconds(100)

    /// Host and port, the same however the URL is written.
    ///
    /// - Throws: `RunError` for a URL that cannot be read.
    public var endpoint: String {
        get throws { "\(try address())" }
    }

    /// Where the broker is.
    func address() throws(RunError) -> BrokerAddress {
        let address: BrokerAddress
        do {
            address = try BrokerAddress(url: url)
        } catch {
            throw RunError(error)
        }
        let hasCertificates = authorityFile != nil || certificateFile != nil || !verifiesHostName
        guard address.usesTLS || !hasCertificates else {
            throw RunError(
                .impossible,
                "\(address.url) is not encrypted, so that certificates do nothing there; write mqtts://\(address.host), "
                    + "or leave them out."
            )
        }
        guard password == nil || (address.userName ?? userName) != nil else {
            throw RunError(
                .impossible,
                "The password for \(address.url) belongs to no user; name one (--username, OTATAPE_BROKER_USER, or "
                    + "\(address.usesTLS ? "mqtts" : "mqtt")://user@\(address))."
            )
        }
        return address
    }

    /// How to introduce ourselves; `stableID` where no client id was chosen.
    func options(to address: BrokerAddress, stableID: String) -> ClientOptions {
        var options = ClientOptions(clientID: clientID ?? stableID, isCleanSession: isCleanSession)
        options.gatheringTime = Self.gatheringTime
        options.protocolVersion = speaksMQTT5 ? .v5 : .v311
        options.userName = address.userName ?? userName
        options.password = password
        options.security.authorityFile = authorityFile
        options.security.certificateFile = certificateFile
        options.security.keyFile = keyFile
        options.security.verifiesHostName = verifiesHostName
        return options
    }

    /// The filters as they are asked for. MQTT 5 §4.8.2
    func filters(_ topics: [String]) -> [String] {
        guard let shareGroup else { return topics }
        return topics.map { "$share/\(shareGroup)/\($0)" }
    }
}
