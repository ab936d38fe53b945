// How a connection takes deliveries past libmosquitto, and acknowledges them.

import CMosquitto
import Glibc
import Traffic

extension ClientConnection {
    /// Whether deliveries are taken out of the socket by ourselves: those to a sink, which may be many.
    ///
    /// Under TLS there is nothing in the socket that could be read.
    var takesStraight: Bool { mailbox.hasSink && !target.address.usesTLS }

    /// Takes deliveries from now on; a broker may have set another keep-alive than ours (MQTT 5 §3.2.2.3.14).
    func takeStraight(serverKeepAlive: Duration?) {
        guard takesStraight else { return }
        intake = PublishIntake(version: target.options.protocolVersion)
        keepAlive = KeepAlive(interval: serverKeepAlive ?? target.options.heldKeepAlive, at: .now)
        setOption(SO_SNDBUF, OutgoingPackets.socketBytes)
    }

    /// Takes what the socket holds, and has libmosquitto read what is not a delivery; whether there may be more.
    func takeDeliveries() -> Bool {
        guard let stop = intake?.read(handle.socket, into: &batch) else { return true }
        if intake?.hasSeenBytes == true { keepAlive.received(at: .now) }
        switch stop {
        case .drained: return false
        case .paused: return true
        case .foreign:
            setLowWater(1)
            return readPacket()
        case .foreignBegun(let bytes):
            // Readable again without more of it: the broker has ended within it, which libmosquitto finds.
            guard bytes > lowWater else {
                leaveToLibrary()
                return !hasEnded
            }
            // Otherwise the socket would be readable all the time, and nothing could be done.
            setLowWater(Int32(clamping: bytes))
            return false
        case .foreignForGood:
            leaveToLibrary()
            return true
        case .malformed:
            didDisconnect(code: MOSQ_ERR_PROTOCOL.code)
            return false
        case .ended:
            // libmosquitto finds out why.
            _ = readPacket()
            return false
        }
    }

    /// Lets libmosquitto read from here on: its first byte is that of a packet.
    private func leaveToLibrary() {
        guard handOver() else { return end(errors.untaken) }
        setLowWater(1)
        intake = nil
        watchLog()
    }

    /// Queues the acknowledgements of a batch that was taken.
    func acknowledgeBatch() {
        for entry in batch.entries {
            if let packetID = entry.packetID { outgoing.acknowledge(packetID) }
        }
    }

    /// Writes what waits beside libmosquitto's packets; whether all of it went.
    @discardableResult
    func writeOutgoing() -> Bool {
        guard !outgoing.isEmpty else { return true }
        keepAlive.sent(at: .now)
        return outgoing.write(to: handle.socket)
    }

    /// Does what libmosquitto does for connections that it reads itself. mosquitto_loop_misc(3)
    func showLife(at now: ContinuousClock.Instant) {
        switch keepAlive.next(at: now) {
        case .nothing: break
        case .ping:
            outgoing.ping()
            write()
        case .giveUp: didDisconnect(code: MOSQ_ERR_KEEPALIVE.code)
        }
    }

    private func setLowWater(_ bytes: Int32) {
        guard bytes != lowWater else { return }
        lowWater = bytes
        setOption(SO_RCVLOWAT, bytes)
    }

    private func setOption(_ option: Int32, _ value: Int32) {
        var value = value
        let size = socklen_t(MemoryLayout<Int32>.size)
        _ = unsafe setsockopt(handle.socket, SOL_SOCKET, option, &value, size)
    }
}
