// How a source takes its leave of the broker: nothing that the broker took over for us is left behind unsaid.

import BrokerLink
import Spool
import Synchronization
import Traffic

extension BrokerSource {
    /// A filter that is never subscribed to: to unsubscribe from it changes nothing, and must be answered.
    ///
    /// MQTT 3.1.1 §3.10.4
    private static let nothing = ["otatape/end-of-recording"]
    /// How long the broker may take to hand over what it has for us.
    private static let drainingTime = Duration.seconds(60)
    /// How long it may take to answer.
    private static let answeringTime = Duration.seconds(10)
    /// Between two looks at whether it still hands over, for brokers that answer faster than they deliver.
    private static let drainingPause = Duration.milliseconds(25)
    /// Looks that must find nothing new.
    private static let quietLooks = 2

    /// Ends the subscription once everything that the broker handled before has arrived.
    ///
    /// - Parameter keepingSession: Whether the broker goes on queueing for us: then it keeps what it has not delivered.
    func close(keepingSession: Bool) async {
        isClosing.store(true, ordering: .relaxed)
        spool.beginClosing()
        let last = client.withLock(\.self)
        // A failure means that the connection is gone, and nothing more can come.
        let isDrained = keepingSession ? await isAnswered(last) : await drain(last)
        await last.disconnect()
        if isDrained, !keepingSession {
            isSessionEnded.store(true, ordering: .relaxed)
            await endSession()
        } else if !isDrained, !settings.client.isCleanSession {
            say(.waiting)
        }
        spool.close()
    }

    /// Whether the broker answers: what it sent before has then come, since it answers in order on one connection.
    private func isAnswered(_ client: BrokerClient) async -> Bool {
        await TimeLimit.isMet(Self.answeringTime) { try await client.unsubscribe(from: Self.nothing) }
    }

    /// Ends the subscriptions and takes what the broker had queued for them; whether that was all.
    ///
    /// A broker sends only so much of QoS 1 and 2 before the first of it is acknowledged (mosquitto's
    /// `max_inflight_messages`, MQTT 5's Receive Maximum): its answer overtakes the rest. But what we ask follows our
    /// acknowledgements, so that an answer before which nothing came says that nothing is left.
    private func drain(_ client: BrokerClient) async -> Bool {
        await TimeLimit.isMet(Self.drainingTime) { [settings] in
            try await client.unsubscribe(from: settings.topics)
            var quiet = 0
            while quiet < Self.quietLooks {
                let before = client.receivedDeliveries
                try await Task.sleep(for: Self.drainingPause)
                try await client.unsubscribe(from: Self.nothing)
                quiet = client.receivedDeliveries == before ? quiet + 1 : 0
            }
        }
    }

    /// Has the broker forget the subscription: a clean session ends the kept one. MQTT 3.1.1 §3.1.2.4
    private func endSession() async {
        guard !settings.client.isCleanSession else { return }
        var options = settings.client
        options.isCleanSession = true
        // A broker that cannot be reached any more keeps what it keeps.
        try? await BrokerClient.connect(to: settings.address, options: options, on: loop).disconnect()
    }
}
