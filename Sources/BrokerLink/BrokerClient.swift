// A client of a broker: the public face. The work is done on a LoopThread.

public import Traffic
import Waiting

/// One MQTT connection, from CONNACK until it ends.
///
/// A connection that ends is not made again: the caller learns of it from ``waitForEnd()`` and connects anew, with the
/// same client id and a session that is not clean when nothing may be missed.
///
/// Related MQTT documentation: <https://docs.oasis-open.org/mqtt/mqtt/v3.1.1/mqtt-v3.1.1.html>
public final class BrokerClient: Sendable {
    /// Takes what one turn of the loop has received, before anything of it is acknowledged.
    ///
    /// Runs on the loop thread and holds up all its clients: append to a file or a queue, no more. What is on disk when
    /// it returns `true` cannot be lost by QoS 1 (design.md §5). `false` says that it was not taken: nothing of it is
    /// acknowledged, and the connection ends.
    public typealias Sink = @Sendable (DeliveryBatch) -> Bool

    /// The client id it was connected with.
    public let clientID: String
    /// Whether the broker still had this client's session (CONNACK's Session Present).
    public let hasResumedSession: Bool

    private let loop: LoopThread
    private let key: ClientKey
    private let mailbox: Mailbox

    private init(options: ClientOptions, loop: LoopThread, key: ClientKey, mailbox: Mailbox, resumed: Bool) {
        clientID = options.clientID
        hasResumedSession = resumed
        self.loop = loop
        self.key = key
        self.mailbox = mailbox
    }

    deinit {
        loop.perform { [key] in $0.connection(key)?.requestDisconnect() }
    }

    /// Connects, and returns when the broker has accepted the connection.
    ///
    /// Every address of the host is tried in turn.
    /// - Parameters:
    ///   - address: The broker.
    ///   - options: How the client introduces itself.
    ///   - loop: The thread that serves the connection, shared with other clients.
    ///   - sink: Receives every delivery before it is acknowledged; ``deliveries`` then stays empty. `nil` puts
    ///     deliveries there.
    /// - Returns: The connected client.
    /// - Throws: `.badAddress`, `.refused`, `.unreachable`, `.tlsFailed`, `.unusableFile`, `.notAuthorised`,
    ///   `.timedOut`, `.cancelled`.
    public static func connect(
        to address: BrokerAddress,
        options: ClientOptions = ClientOptions(),
        on loop: LoopThread = .shared,
        sink: Sink? = nil
    ) async throws(BrokerError) -> BrokerClient {
        var last = BrokerError(.unreachable, "The host '\(address.host)' has no address; check its name.")
        if address.usesTLS { try options.security.check() }
        let hosts = try await HostLookup.addresses(of: address.host)
        // A certificate is for a name: then libmosquitto tries the name's addresses by itself.
        for host in address.usesTLS ? [address.host] : hosts {
            let mailbox = Mailbox(limit: options.deliveryLimit, sink: sink)
            let key = loop.nextKey()
            let connected = Settlement<Result<Bool, BrokerError>>()
            let target = ConnectionTarget(address: address, host: host, options: options)
            loop.perform { $0.open(key, target: target, mailbox: mailbox, connected: connected) }
            do {
                let resumed = try await answer(connected)
                return BrokerClient(
                    options: options,
                    loop: loop,
                    key: key,
                    mailbox: mailbox,
                    resumed: resumed
                )
            } catch {
                loop.perform { $0.connection(key)?.abandon() }
                guard error.code == .refused || error.code == .unreachable else { throw error }
                last = error
            }
        }
        throw last
    }

    /// Subscribes to all `filters`, and returns when the broker has confirmed them all.
    ///
    /// What is published after this returns is delivered.
    /// - Parameters:
    ///   - filters: Topic filters; an empty list does nothing.
    ///   - qos: The highest quality of service to deliver with.
    /// - Throws: `.badMessage` for a filter that is none, `.notAuthorised` naming the filters that the broker refused
    ///   (the others are in force), `.connectionLost`, `.disconnected`, `.cancelled`.
    public func subscribe(to filters: [String], qos: QoS) async throws(BrokerError) {
        guard !filters.isEmpty else { return }
        for filter in filters { try TopicRules.checkFilter(filter) }
        try await ask { $0.subscribe(to: filters, qos: qos, answer: $1) }
    }

    /// Ends subscriptions, and returns when the broker has confirmed it and what it sent before has been handed over.
    ///
    /// What the broker took over before may still come: it is not done with until its acknowledgement has made room for
    /// it (MQTT 3.1.1 §3.10.4). A filter that is not subscribed to is no error: then this is a round trip.
    /// - Parameter filters: Topic filters; an empty list does nothing.
    /// - Throws: `.badMessage` for a filter that is none, `.connectionLost`, `.disconnected`, `.cancelled`.
    public func unsubscribe(from filters: [String]) async throws(BrokerError) {
        guard !filters.isEmpty else { return }
        for filter in filters { try TopicRules.checkFilter(filter) }
        try await ask { $0.unsubscribe(from: filters, answer: $1) }
    }

    /// Publishes one message, and returns when it was sent (QoS 0) or the broker has taken it over (QoS 1 and 2).
    ///
    /// - Throws: `.badMessage` for a topic with wildcards or none at all, or more than 268 435 455 bytes of payload;
    ///   `.notAuthorised` where the broker says so (MQTT 5 only), `.connectionLost`, `.disconnected`, `.cancelled`.
    public func publish(
        topic: String,
        payload: [UInt8],
        qos: QoS = .atMostOnce,
        isRetained: Bool = false
    ) async throws(BrokerError) {
        try TopicRules.checkTopic(topic)
        try TopicRules.checkPayload(payload.count)
        try await ask {
            $0.publish(topic: topic, payload: payload, qos: qos, isRetained: isRetained, answer: $1)
        }
    }

    /// What the subscriptions deliver, in order; ends with the connection.
    ///
    /// To be read by one task.
    public var deliveries: some AsyncSequence<Delivery, Never> & Sendable { mailbox.deliveries }

    /// Deliveries that have come, those included that were not taken.
    public var receivedDeliveries: Int64 { mailbox.received }

    /// Deliveries dropped because nobody read ``deliveries`` in time.
    public var droppedDeliveries: Int64 { mailbox.dropped }

    /// Waits until the connection has ended.
    ///
    /// - Returns: `nil` when ``disconnect()`` ended it, otherwise why it ended.
    /// - Throws: `CancellationError` when the waiting task is cancelled.
    public func waitForEnd() async throws(CancellationError) -> BrokerError? {
        try await mailbox.end.value()
    }

    /// Sends what is queued and a DISCONNECT, and returns when the connection has ended.
    ///
    /// A connection that has ended already is not an error. It takes five seconds at most.
    public func disconnect() async {
        loop.perform { [key] in $0.connection(key)?.requestDisconnect() }
        _ = await mailbox.end.certainValue()
    }
}

// MARK: - Asking the loop

extension BrokerClient {
    private typealias Answer = Settlement<Result<Void, BrokerError>>

    /// Starts an operation on the loop thread and waits for the broker's answer.
    private func ask(
        _ begin: @escaping @Sendable (ClientConnection, Answer) -> Void
    ) async throws(BrokerError) {
        let answer = Answer()
        loop.perform { [key, mailbox] worker in
            guard let connection = worker.connection(key) else {
                return answer.settle(.failure(mailbox.endedError))
            }
            begin(connection, answer)
        }
        try await Self.answer(answer)
    }

    private static func answer<Value>(
        _ settlement: Settlement<Result<Value, BrokerError>>
    ) async throws(BrokerError) -> Value {
        let result: Result<Value, BrokerError>
        do {
            result = try await settlement.value()
        } catch {
            throw BrokerError(.cancelled, "Waiting for the broker's answer was cancelled.")
        }
        return try result.get()
    }
}
