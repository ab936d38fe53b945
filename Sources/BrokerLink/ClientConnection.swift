// One connection as its loop thread sees it: what was asked, what is still to be answered, and the socket.

import CMosquitto
import Foundation
import Glibc
import Traffic
import Waiting

/// One client of libmosquitto and everything that waits for it.
///
/// Confined to its loop thread.
final class ClientConnection {
    typealias Answer = Settlement<Result<Void, BrokerError>>

    enum Phase {
        case connecting(until: ContinuousClock.Instant)
        case connected
        case disconnecting(until: ContinuousClock.Instant)
        case ended
    }

    /// Reads of one turn, so that one busy client does not starve the others.
    private static let readsPerTurn = 1_024
    /// Messages of one turn, about: so many may be owed an acknowledgement at our death.
    private static let messagesPerTurn = 16_384
    /// Payload bytes of one turn.
    private static let bytesPerTurn = 4 << 20
    /// The level at which libmosquitto logs why something failed (MOSQ_LOG_ERR, a macro with a cast).
    static let errorLevel: Int32 = 1 << 3
    /// Lines of errors kept.
    static let complaintLimit = 8
    /// How long a requested DISCONNECT may wait for the socket.
    private static let disconnectPatience: Duration = .seconds(5)

    let key: ClientKey
    let target: ConnectionTarget
    let mailbox: Mailbox
    let connected: Settlement<Result<Bool, BrokerError>>
    let handle: MosquittoHandle
    let errors: ConnectionErrors
    /// Where the worker has put ``pollEntry``.
    var pollIndex = 0

    var phase: Phase
    var subscribing: [Int32: (filters: [String], answer: Answer)] = [:]
    var unsubscribing: [Int32: Answer] = [:]
    var publishing: [Int32: Answer] = [:]
    var batch = DeliveryBatch()
    /// Takes PUBLISH packets past libmosquitto; `nil` where it reads them itself.
    var intake: PublishIntake?
    /// What is written past libmosquitto.
    var outgoing = OutgoingPackets()
    /// Whether libmosquitto has begun to write a packet and not finished.
    private var isWritingWithin = false
    /// How many bytes must be there for the socket to be readable. socket(7), SO_RCVLOWAT
    var lowWater: Int32 = 1
    var keepAlive: KeepAlive
    var duplicates: DuplicateWatch
    var isLogWatched = false
    /// Errors that libmosquitto logged while the connection was being made.
    var complaints: [String] = []
    /// OpenSSL's verdict on the broker's certificate, asked for while libmosquitto still holds it.
    var verdict = 0
    /// Whether the handshake came far enough for the CONNECT.
    var isEncrypted = false
    /// Whether nothing is read for a moment, so that messages gather.
    var pause: ReadingPause
    /// Messages of the turn that is under way.
    var turnMessages = 0
    /// Whether some of them are to be acknowledged.
    var isTurnOwed = false
    /// Whether a thread of its own has the handle: then nothing here may touch it.
    var isOpeningAside = false

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
        pause = ReadingPause(length: options.gatheringTime)
        keepAlive = KeepAlive(interval: options.heldKeepAlive, at: .now)
        phase = .connecting(until: .now + options.connectTimeout)
    }

    /// Whether nothing more will happen here, so that the worker may let go.
    var hasEnded: Bool { if case .ended = phase { true } else { false } }

    /// What poll(2) is to watch.
    var pollEntry: pollfd {
        // poll(2) passes over a descriptor below 0.
        if isOpeningAside || pause.end != nil { return pollfd(fd: -1, events: 0, revents: 0) }
        let writing = handle.wantsToWrite || !outgoing.isEmpty ? POLLOUT : 0
        // A broker that does not get to our acknowledgements would send all of this again after our death.
        // And what libmosquitto has to write must get its turn.
        let mustWait = outgoing.isFull || (handle.wantsToWrite && !outgoing.isEmpty)
        let reading = mustWait ? 0 : POLLIN
        return pollfd(fd: handle.socket, events: Int16(reading | writing), revents: 0)
    }
}

// MARK: - What the client asks

extension ClientConnection {
    /// Sets the handle up and begins to connect; what has to wait for TCP comes back by `inbox`.
    func open(by inbox: LoopInbox) {
        setCallbacks(handle, to: self)
        if target.address.usesTLS || (!target.options.isCleanSession && !takesStraight) { watchLog() }
        let status = setOptions()
        guard status == MOSQ_ERR_SUCCESS.code else { return didOpen(status, errno) }
        if target.opensAside {
            openAside(by: inbox)
        } else {
            errno = 0
            didOpen(connectWithoutWaiting(), errno)
        }
    }

    /// Connects on a thread of its own, with the handle, which is given back by `inbox`.
    ///
    /// An attempt that is given up meanwhile ends when the kernel gives up, or is closed before its CONNECT is written.
    private func openAside(by inbox: LoopInbox) {
        isOpeningAside = true
        // Until it is back, the handle is that thread's alone (`isOpeningAside`).
        nonisolated(unsafe) let connection = self
        Thread.detachNewThread {
            errno = 0
            let status = unsafe connection.connectWaiting()
            let number = errno
            inbox.put { worker in
                unsafe connection.isOpeningAside = false
                unsafe connection.didOpen(status, number)
                unsafe worker.touch(connection)
            }
        }
    }

    private func didOpen(_ status: Int32, _ number: Int32) {
        if status != MOSQ_ERR_SUCCESS.code, !hasEnded { end(unconnected(status, number)) }
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

    /// Has libmosquitto tell what only its log says.
    func watchLog() {
        guard !isLogWatched else { return }
        isLogWatched = true
        setLogCallback(handle, isOn: true)
    }
}

// MARK: - What the loop does

extension ClientConnection {
    /// Reads until nothing is left, hands on what came, and only then lets anything out.
    func serve(_ events: Int16) {
        guard !hasEnded, !isOpeningAside else { return }
        let isBroken = Int32(events) & (POLLERR | POLLHUP) != 0
        // With TLS the reason may still stand in what was received.
        if case .connecting = phase, isBroken, !target.address.usesTLS, let number = socketError() {
            return end(unconnected(MOSQ_ERR_ERRNO.code, number))
        }
        turnMessages = 0
        isTurnOwed = false
        if Int32(events) & POLLIN != 0 || isBroken { read() }
        guard handOver() else { return end(errors.untaken) }
        // libmosquitto goes on with the handshake on a socket that is closed on both sides: there is no end to that.
        if case .connecting = phase, isBroken { return end(unconnected(MOSQ_ERR_CONN_LOST.code, 0)) }
        write()
        rest()
    }

    /// Writes what is queued, if anything is. mosquitto_loop_write(3)
    func write() {
        guard !hasEnded, !isOpeningAside else { return }
        // Within a packet of libmosquitto's nothing else may be written, nor the other way round.
        if !isWritingWithin, !writeOutgoing() { return }
        guard handle.wantsToWrite else { return }
        if case .connecting = phase, target.address.usesTLS {
            isEncrypted = true
            // A write that fails would take the alert with it that says why: it is read first.
            read()
            guard handOver() else { return end(errors.untaken) }
            guard !hasEnded else { return }
        }
        // The library sends each acknowledgement by itself: corked, those of a turn leave in as few segments as can be.
        let isCorked = turnMessages > 1 && intake == nil
        if isCorked { cork(true) }
        let status = unsafe mosquitto_loop_write(handle.pointer, 1)
        if isCorked { cork(false) }
        isWritingWithin = handle.wantsToWrite
        keepAlive.sent(at: .now)
        conclude(status)
        if !isWritingWithin { writeOutgoing() }
    }

    /// Keeps the connection alive, and looks at the deadlines. mosquitto_loop_misc(3)
    func tick(at now: ContinuousClock.Instant) {
        switch phase {
        case .connecting(let deadline) where now >= deadline:
            end(errors.timeout)
        case .disconnecting(let deadline) where now >= deadline:
            end(nil)
        case .connected:
            if intake == nil {
                conclude(unsafe mosquitto_loop_misc(handle.pointer))
            } else {
                showLife(at: now)
            }
        default:
            break
        }
    }

    /// Reads until nothing is left, or enough for one turn.
    private func read() {
        for _ in 0..<Self.readsPerTurn {
            guard intake == nil ? readPacket() : takeDeliveries(), !hasEnded,
                batch.byteCount < Self.bytesPerTurn, batch.entries.count < Self.messagesPerTurn
            else { return }
        }
    }

    /// Has libmosquitto read one packet; whether there may be another. mosquitto_loop_read(3)
    ///
    /// EAGAIN tells that there is none. When a message came, EAGAIN is not the socket's: with each acknowledgement that is
    /// to be written the library writes to a socket pair of its own, which nobody reads and which is full after some
    /// hundred.
    func readPacket() -> Bool {
        errno = 0
        let count = batch.entries.count
        let status = unsafe mosquitto_loop_read(handle.pointer, 1)
        let isDrained = errno == EAGAIN && batch.entries.count == count
        conclude(status)
        return !isDrained
    }

    /// Hands on what came; whether it was taken, so that it may be acknowledged.
    func handOver() -> Bool {
        guard !batch.entries.isEmpty else { return true }
        turnMessages += batch.entries.count
        isTurnOwed = isTurnOwed || batch.entries.contains { $0.packetID != nil }
        let isTaken = mailbox.put(batch)
        if isTaken, intake != nil { acknowledgeBatch() }
        batch.removeAll()
        return isTaken
    }

    private func conclude(_ status: Int32) {
        if status != MOSQ_ERR_SUCCESS.code { didDisconnect(code: status) }
    }

    /// Settles everything that waits, and tells the client.
    func end(_ reason: BrokerError?) {
        guard !hasEnded else { return }
        phase = .ended
        // Nothing is written any more: what is not taken now is not acknowledged either.
        _ = handOver()
        mailbox.close(reason)
        let error = mailbox.endedError
        connected.settle(.failure(error))
        for (_, answer) in subscribing.values { answer.settle(.failure(error)) }
        for answer in unsubscribing.values { answer.settle(.failure(error)) }
        for answer in publishing.values { answer.settle(.failure(error)) }
        subscribing = [:]
        unsubscribing = [:]
        publishing = [:]
    }
}
