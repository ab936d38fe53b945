// One connection as its loop thread sees it: what was asked, what is still to be answered, and the socket.

import CMosquitto
import Glibc
import Traffic
import Waiting

/// One client of libmosquitto and everything that waits for it.
///
/// Confined to its loop thread.
final class ClientConnection {
    typealias Answer = Settlement<Result<Void, BrokerError>>

    private enum Phase {
        case connecting(until: ContinuousClock.Instant)
        case connected
        case disconnecting(until: ContinuousClock.Instant)
        case ended
    }

    /// Reads of one turn, so that one busy client does not starve the others.
    private static let readsPerTurn = 1_024
    /// Payload bytes of one turn.
    private static let bytesPerTurn = 4 << 20
    /// How long a requested DISCONNECT may wait for the socket.
    private static let disconnectPatience: Duration = .seconds(5)

    let key: ClientKey
    private let target: ConnectionTarget
    private let mailbox: Mailbox
    private let connected: Settlement<Result<Bool, BrokerError>>
    private let handle: MosquittoHandle
    private let errors: ConnectionErrors
    /// Where the worker has put ``pollEntry``.
    var pollIndex = 0

    private var phase: Phase
    private var subscribing: [Int32: (filters: [String], answer: Answer)] = [:]
    private var publishing: [Int32: Answer] = [:]
    private var batch: [Delivery] = []
    private var batchBytes = 0
    private var duplicates: DuplicateWatch
    private var isLogWatched = false

    /// `nil` when libmosquitto refuses the client id.
    init?(
        key: ClientKey,
        target: ConnectionTarget,
        mailbox: Mailbox,
        connected: Settlement<Result<Bool, BrokerError>>
    ) {
        let options = target.options
        guard let handle = MosquittoHandle(clientID: options.clientID, isCleanSession: options.isCleanSession)
        else { return nil }
        self.handle = handle
        self.key = key
        self.target = target
        errors = ConnectionErrors(target: target)
        self.mailbox = mailbox
        self.connected = connected
        duplicates = DuplicateWatch(clientID: options.clientID)
        phase = .connecting(until: .now + options.connectTimeout)
    }

    /// Whether nothing more will happen here, so that the worker may let go.
    var hasEnded: Bool { if case .ended = phase { true } else { false } }

    /// What poll(2) is to watch.
    var pollEntry: pollfd {
        let events = handle.wantsToWrite ? POLLIN | POLLOUT : POLLIN
        return pollfd(fd: handle.socket, events: Int16(events), revents: 0)
    }
}

// MARK: - What the client asks

extension ClientConnection {
    /// Sets the handle up and begins to connect. mosquitto_connect_bind_async(3)
    func open() {
        setCallbacks(handle, to: self)
        if !target.options.isCleanSession { watchLog() }
        let version = target.options.protocolVersion == .v5 ? MQTT_PROTOCOL_V5 : MQTT_PROTOCOL_V311
        let keepAlive = min(max(target.options.keepAlive.components.seconds, 5), 65_535)
        unsafe mosquitto_int_option(handle.pointer, MOSQ_OPT_PROTOCOL_VERSION, version)
        unsafe mosquitto_int_option(handle.pointer, MOSQ_OPT_TCP_NODELAY, 1)
        // "Threaded" makes libmosquitto leave all writing to us: no PUBACK before the hand-over. design.md §5
        unsafe mosquitto_threaded_set(handle.pointer, true)
        if let userName = target.options.userName ?? target.address.userName {
            unsafe mosquitto_username_pw_set(handle.pointer, userName, target.options.password)
        }
        errno = 0
        let status = unsafe mosquitto_connect_bind_async(
            handle.pointer,
            target.numericHost,
            Int32(target.address.port),
            Int32(keepAlive),
            target.options.bindAddress
        )
        if status != MOSQ_ERR_SUCCESS.code { end(errors.unconnected(status, errno)) }
    }

    /// Sends one SUBSCRIBE; its SUBACK settles `answer`. mosquitto_subscribe_multiple(3)
    func subscribe(to filters: [String], qos: QoS, answer: Answer) {
        if qos != .atMostOnce { watchLog() }
        let copies = unsafe filters.map { unsafe strdup($0) }
        defer { unsafe copies.forEach { unsafe free($0) } }
        var packetID: Int32 = 0
        let status = unsafe copies.withUnsafeBufferPointer { pointers in
            unsafe mosquitto_subscribe_multiple(
                handle.pointer,
                &packetID,
                Int32(clamping: filters.count),
                pointers.baseAddress,
                Int32(qos.rawValue),
                0,
                nil
            )
        }
        guard status == MOSQ_ERR_SUCCESS.code else {
            return answer.settle(.failure(errors.failed(status, errno)))
        }
        subscribing[packetID] = (filters, answer)
    }

    /// Queues one PUBLISH; its being sent or acknowledged settles `answer`. mosquitto_publish(3)
    func publish(topic: String, payload: [UInt8], qos: QoS, isRetained: Bool, answer: Answer) {
        var packetID: Int32 = 0
        let status = unsafe payload.withUnsafeBytes { bytes in
            unsafe mosquitto_publish(
                handle.pointer,
                &packetID,
                topic,
                Int32(clamping: bytes.count),
                bytes.baseAddress,
                Int32(qos.rawValue),
                isRetained
            )
        }
        guard status == MOSQ_ERR_SUCCESS.code else {
            return answer.settle(.failure(errors.failed(status, errno)))
        }
        publishing[packetID] = answer
    }

    /// Queues a DISCONNECT behind what is queued already; the end follows. mosquitto_disconnect(3)
    func requestDisconnect() {
        guard case .connected = phase else { return abandon() }
        phase = .disconnecting(until: .now + Self.disconnectPatience)
        if unsafe mosquitto_disconnect(handle.pointer) != MOSQ_ERR_SUCCESS.code { end(nil) }
    }

    /// Ends a connection that has not come about; one that is being disconnected goes on with that.
    func abandon() {
        guard case .connecting = phase else { return }
        end(nil)
    }

    private func watchLog() {
        guard !isLogWatched else { return }
        isLogWatched = true
        setLogCallback(handle)
    }
}

// MARK: - What the loop does

extension ClientConnection {
    /// Reads until nothing is left, hands on what came, and only then lets anything out.
    func serve(_ events: Int16) {
        guard !hasEnded else { return }
        if case .connecting = phase, Int32(events) & (POLLERR | POLLHUP) != 0, let number = socketError() {
            return end(errors.unconnected(MOSQ_ERR_ERRNO.code, number))
        }
        if Int32(events) & (POLLIN | POLLERR | POLLHUP) != 0 { read() }
        guard handOver() else { return end(errors.untaken) }
        write()
    }

    /// Writes what is queued, if anything is. mosquitto_loop_write(3)
    func write() {
        guard !hasEnded, handle.wantsToWrite else { return }
        conclude(unsafe mosquitto_loop_write(handle.pointer, 1))
    }

    /// Keeps the connection alive, and looks at the deadlines. mosquitto_loop_misc(3)
    func tick(at now: ContinuousClock.Instant) {
        switch phase {
        case .connecting(let deadline) where now >= deadline:
            end(errors.timeout)
        case .disconnecting(let deadline) where now >= deadline:
            end(nil)
        case .connected:
            conclude(unsafe mosquitto_loop_misc(handle.pointer))
        default:
            break
        }
    }

    /// mosquitto_loop_read(3) reads one packet a call; EAGAIN tells that there is no further one.
    private func read() {
        for _ in 0..<Self.readsPerTurn {
            errno = 0
            let status = unsafe mosquitto_loop_read(handle.pointer, 1)
            let isDrained = errno == EAGAIN
            conclude(status)
            if isDrained || hasEnded || batchBytes >= Self.bytesPerTurn { return }
        }
    }

    /// Hands on what came; whether it was taken, so that it may be acknowledged.
    private func handOver() -> Bool {
        guard !batch.isEmpty else { return true }
        let isTaken = mailbox.put(batch)
        batch.removeAll(keepingCapacity: true)
        batchBytes = 0
        return isTaken
    }

    private func conclude(_ status: Int32) {
        if status != MOSQ_ERR_SUCCESS.code { didDisconnect(code: status) }
    }

    /// The pending error of a connection attempt. socket(7), SO_ERROR
    private func socketError() -> Int32? {
        var number: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        let status = unsafe getsockopt(handle.socket, SOL_SOCKET, SO_ERROR, &number, &size)
        return status == 0 && number != 0 ? number : nil
    }

    /// Settles everything that waits, and tells the client.
    private func end(_ reason: BrokerError?) {
        guard !hasEnded else { return }
        phase = .ended
        // Nothing is written any more: what is not taken now is not acknowledged either.
        _ = handOver()
        mailbox.close(reason)
        let error = mailbox.endedError
        connected.settle(.failure(error))
        for (_, answer) in subscribing.values { answer.settle(.failure(error)) }
        for answer in publishing.values { answer.settle(.failure(error)) }
        subscribing = [:]
        publishing = [:]
    }
}

// MARK: - What libmosquitto reports

extension ClientConnection {
    /// CONNACK.
    func didConnect(code: Int32, isSessionPresent: Bool) {
        guard code == 0 else { return end(errors.refused(code)) }
        guard case .connecting = phase else { return }
        phase = .connected
        connected.settle(.success(isSessionPresent))
    }

    /// The socket is closed: asked for, or lost.
    func didDisconnect(code: Int32) {
        switch phase {
        case .disconnecting: end(nil)
        case .connecting: end(errors.unconnected(code, errno))
        default: end(errors.failed(code, errno))
        }
    }

    /// SUBACK. MQTT 3.1.1 §3.9.3
    func didSubscribe(_ packetID: Int32, granted: [Int32]) {
        // What came before SUBACK is in the mailbox when subscribe() returns.
        guard handOver() else { return end(errors.untaken) }
        guard let (filters, answer) = subscribing.removeValue(forKey: packetID) else { return }
        let refused = zip(filters, granted).filter { $0.1 >= MosquittoCode.firstReason }.map { "'\($0.0)'" }
        guard refused.isEmpty else {
            return answer.settle(.failure(errors.subscriptionRefused(refused.joined(separator: ", "))))
        }
        answer.settle(.success(()))
    }

    /// Sent (QoS 0), PUBACK (QoS 1) or PUBCOMP (QoS 2).
    func didPublish(_ packetID: Int32, reason: Int32) {
        guard let answer = publishing.removeValue(forKey: packetID) else { return }
        guard reason < MosquittoCode.firstReason else {
            return answer.settle(.failure(errors.publishRefused(reason)))
        }
        answer.settle(.success(()))
    }

    /// PUBLISH.
    func didReceive(_ message: mosquitto_message) {
        var delivery = unsafe Delivery(message)
        if let packetID = delivery.packetID { delivery.isDuplicate = duplicates.take(packetID) }
        batchBytes += delivery.payload.count
        batch.append(delivery)
    }

    /// A line of libmosquitto's log.
    func didLog(_ text: UnsafePointer<CChar>) {
        let line = unsafe UnsafeRawBufferPointer(start: text, count: strlen(text))
        unsafe duplicates.read(line)
    }
}
