// The broker side of `record`: which brokers, how they are asked, and who asks.

import ArgumentParser
import Foundation
import Pipeline
import Traffic

/// `--broker URL` and everything that belongs to it; where mosquitto_sub has an option for the same, its name is ours.
struct BrokerOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Broker to subscribe to: mqtt://[user@]host[:port] or mqtts://…; repeatable.",
            discussion:
                "The options below that name a user, a file or a client id are given once for all brokers, or once for "
                + "each of them in the same order ('' for none).",
            valueName: "url"
        )
    )
    var broker: [String] = []

    @Option(
        name: [.short, .long],
        help: ArgumentHelp(
            "Topic filter to subscribe to beside those of the dialects; repeatable.",
            discussion: "What it brings is kept, whether or not a dialect reads it.",
            valueName: "filter"
        )
    )
    var topic: [String] = []

    @Option(
        name: [.short, .long],
        help: ArgumentHelp(
            "QoS of the subscription: 0, 1 or 2 (default: 1).",
            discussion:
                "1 loses nothing that was acknowledged, whenever the recorder is killed. 2 shows the publisher's QoS, but "
                + "what libmosquitto holds between PUBREC and PUBREL is lost with the process. 0 loses what is published "
                + "while the recorder is away."
        )
    )
    var qos: UInt8?

    @Option(
        name: [.short, .long],
        help: ArgumentHelp(
            "User, where the URL names none (default: $OTATAPE_BROKER_USER).",
            valueName: "name"
        )
    )
    var username: [String] = []

    @Option(
        help: ArgumentHelp(
            "File whose first line is the password (default: $OTATAPE_BROKER_PASSWORD).",
            valueName: "file"
        ),
        completion: .file()
    )
    var passwordFile: [String] = []

    @Option(
        help: ArgumentHelp(
            "PEM file of the authorities that may have signed the broker's certificate (default: the system's).",
            valueName: "file"
        ),
        completion: .file()
    )
    var cafile: [String] = []

    @Option(
        help: ArgumentHelp("PEM file of our own certificate; needs --key.", valueName: "file"),
        completion: .file()
    )
    var cert: [String] = []

    @Option(
        help: ArgumentHelp("PEM file of our certificate's key, not encrypted.", valueName: "file"),
        completion: .file()
    )
    var key: [String] = []

    @Flag(
        help:
            "Take the broker's certificate for any name: whoever has one of the same authority may listen in."
    )
    var insecure = false

    @Option(
        name: [.customShort("V"), .long],
        help: ArgumentHelp("MQTT version: 3.1.1 or 5 (default: 3.1.1).", valueName: "version")
    )
    var mqttVersion: String?

    @Option(
        help: ArgumentHelp(
            "Client id (default: one that stays the same for this store, broker and machine).",
            valueName: "id"
        )
    )
    var clientID: [String] = []

    @Flag(help: "Have the broker forget us with each connection: what is published during an outage is lost.")
    var cleanSession = false

    @Flag(help: "Have the broker go on queueing for us when the recording has ended; the next one gets it.")
    var keepSession = false

    @Option(
        help: ArgumentHelp(
            "Share the subscription with the other recorders of this group ($share): each message goes to one of them.",
            valueName: "group"
        )
    )
    var share: String?

    @Flag(help: "Wait for a broker that cannot be reached at the start, instead of ending with 3.")
    var waitForBroker = false

    func validate() throws {
        if let qos, QoS(rawValue: qos) == nil { throw ValidationError("--qos \(qos): give 0, 1 or 2.") }
        if let mqttVersion, !["3.1.1", "311", "5", "5.0"].contains(mqttVersion) {
            throw ValidationError("--mqtt-version \(mqttVersion): give 3.1.1 or 5.")
        }
        guard !(cleanSession && keepSession) else {
            throw ValidationError("--clean-session and --keep-session exclude each other.")
        }
        guard share.map({ !$0.isEmpty && !$0.contains { "/+#\0".contains($0) } }) ?? true else {
            throw ValidationError("--share: give a name without '/', '+' and '#'.")
        }
        guard Set(broker).count == broker.count else {
            throw ValidationError("--broker: the same one is given twice; one subscription sees everything.")
        }
        try checkCounts()
    }

    /// Refuses lists that are neither for all brokers nor for each.
    private func checkCounts() throws {
        let lists = [
            ("--username", username), ("--password-file", passwordFile), ("--cafile", cafile),
            ("--cert", cert),
            ("--key", key), ("--client-id", clientID),
        ]
        for (name, values) in lists where values.count > 1 && values.count != broker.count {
            throw ValidationError(
                "\(name) is given \(values.count) times for \(Count.text(broker.count, "broker")); give it once for "
                    + "all, or once for each in the same order ('' for none)."
            )
        }
        guard broker.isEmpty else { return }
        let others = [
            ("--topic", !topic.isEmpty), ("--qos", qos != nil), ("--insecure", insecure),
            ("--mqtt-version", mqttVersion != nil), ("--clean-session", cleanSession),
            ("--keep-session", keepSession), ("--share", share != nil), ("--wait-for-broker", waitForBroker),
        ]
        let given = lists.filter { !$0.1.isEmpty }.map(\.0) + others.filter(\.1).map(\.0)
        guard given.isEmpty else {
            throw ValidationError(
                "Without a --broker there is no use for \(given.joined(separator: ", ")); name one."
            )
        }
    }

    /// The brokers, each with what is its own.
    func subscriptions() throws -> [BrokerSubscription] {
        let subscriptions = try read()
        // A session and a spool belong to a broker's host, port and client id, however its URL is written.
        var known: Set<String> = []
        for subscription in subscriptions {
            let address = try subscription.endpoint
            guard known.insert("\(address) \(subscription.clientID ?? "")").inserted else {
                throw ValidationError(
                    "--broker: \(address) is given twice; one subscription sees everything. For two, give each a --client-id."
                )
            }
        }
        return subscriptions
    }

    private func read() throws -> [BrokerSubscription] {
        let environment = ProcessInfo.processInfo.environment
        return try broker.enumerated().map { index, url in
            // What is given as '' is wanted of nobody, the environment included.
            func own(_ values: [String], otherwise environment: String? = nil) -> String? {
                if values.isEmpty { return environment }
                let value = values.count == 1 ? values[0] : values[index]
                return value.isEmpty ? nil : value
            }
            var subscription = BrokerSubscription(url: url)
            subscription.clientID = own(clientID)
            subscription.keepsSession = keepSession
            subscription.isCleanSession = cleanSession
            subscription.speaksMQTT5 = mqttVersion?.hasPrefix("5") ?? false
            subscription.shareGroup = share
            subscription.userName = own(username, otherwise: environment["OTATAPE_BROKER_USER"])
            // Who is to go without a name goes without the environment's password, too.
            let isNameless = !username.isEmpty && subscription.userName == nil
            subscription.password =
                passwordFile.isEmpty
                ? (isNameless ? nil : environment["OTATAPE_BROKER_PASSWORD"])
                : try own(passwordFile).map(PasswordFile.read)
            subscription.authorityFile = own(cafile)
            subscription.certificateFile = own(cert)
            subscription.keyFile = own(key)
            subscription.verifiesHostName = !insecure
            return subscription
        }
    }
}
