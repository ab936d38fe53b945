// The platform's side: offers upgrades, by push and in answer to a pull.

public import BrokerLink
public import Dialects

import Traffic

/// A simulated platform on a broker connection that it is given.
public final class SimulatedPlatform: Sendable {
    private let client: BrokerClient
    private let dialect: Dialect

    /// A platform that speaks `dialect` over `client`.
    public init(client: BrokerClient, dialect: Dialect) {
        self.client = client
        self.dialect = dialect
    }

    /// Publishes an offer, with the quality of service that the dialect's platforms use.
    /// - Throws: `DialectError` when the dialect cannot say it, `BrokerError` when it cannot be published.
    public func offer(_ request: OfferRequest) async throws {
        try await publish(request.event(dialect: dialect.name, rule: "", at: .now))
    }

    /// Subscribes to what devices say; a poll that comes after this returns is answered by `answerPolls`.
    /// - Throws: `BrokerError` when the broker refuses.
    public func subscribe() async throws {
        try await client.subscribe(to: dialect.subscriptions, qos: .atLeastOnce)
    }

    /// Answers devices that ask for an upgrade, until the connection ends or the task is cancelled.
    ///
    /// - Parameter choose: The offer for a device that asks, whose `commandID` is replaced by the one that the
    ///   device sent; `nil` answers that there is nothing.
    /// - Throws: `DialectError` when the dialect cannot say it, `BrokerError` when it cannot be published.
    public func answerPolls(_ choose: @Sendable (UpgradeEvent) -> OfferRequest?) async throws {
        for await delivery in client.deliveries {
            guard let poll = dialect.read(Message(delivery)), poll.kind == .poll else { continue }
            try await publish(answer(to: poll, choose(poll)))
        }
    }

    private func answer(to poll: UpgradeEvent, _ request: OfferRequest?) -> UpgradeEvent {
        guard var request else {
            var answer = UpgradeEvent(
                kind: .noUpdate,
                recordedAt: .now,
                dialect: dialect.name,
                rule: "",
                deviceID: poll.deviceID
            )
            answer.productID = poll.productID
            answer.commandID = poll.commandID
            answer.isOK = false
            return answer
        }
        request.commandID = poll.commandID ?? request.commandID
        return request.event(dialect: dialect.name, rule: "pull-reply", at: .now)
    }

    private func publish(_ event: UpgradeEvent) async throws {
        let message = try dialect.compose(event)
        try await client.publish(
            topic: message.topic,
            payload: message.payload,
            qos: dialect.declaredQoS(.down) ?? .atMostOnce
        )
    }
}
