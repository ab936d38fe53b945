// What libmosquitto reports of a connection, from its callbacks and as the results of its functions.

import CMosquitto
import Glibc
import Traffic
import Waiting

extension ClientConnection {
    /// CONNACK.
    func didConnect(code: Int32, isSessionPresent: Bool, serverKeepAlive: Duration?) {
        guard code == 0 else { return end(errors.refused(code)) }
        guard case .connecting = phase else { return }
        phase = .connected
        complaints = []
        // Formatting a line for each packet costs something: not where nobody needs it.
        if target.options.isCleanSession {
            isLogWatched = false
            setLogCallback(handle, isOn: false)
        }
        takeStraight(serverKeepAlive: serverKeepAlive)
        connected.settle(.success(isSessionPresent))
    }

    /// The socket is closed: asked for, or lost.
    func didDisconnect(code: Int32) {
        switch phase {
        case .disconnecting: end(nil)
        case .connecting: end(unconnected(code, errno))
        default: end(errors.failed(code, errno))
        }
    }

    /// SUBACK. MQTT 3.1.1 §3.9.3
    func didSubscribe(_ packetID: Int32, granted: [Int32]) {
        // What came before SUBACK is in the mailbox when subscribe() returns.
        guard handOver() else { return end(errors.untaken) }
        guard let (filters, answer) = subscribing.removeValue(forKey: packetID) else { return }
        let refused = zip(filters, granted).filter { $0.1 >= MosquittoCode.firstReason }
        guard refused.isEmpty else {
            return answer.settle(.failure(errors.subscriptionRefused(refused)))
        }
        answer.settle(.success(()))
    }

    /// UNSUBACK. MQTT 3.1.1 §3.11
    func didUnsubscribe(_ packetID: Int32) {
        // What came before UNSUBACK is counted when unsubscribe() returns.
        guard handOver() else { return end(errors.untaken) }
        unsubscribing.removeValue(forKey: packetID)?.settle(.success(()))
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
        unsafe batch.append(message) { duplicates.take($0) }
    }

    /// A line of libmosquitto's log.
    func didLog(level: Int32, _ text: UnsafePointer<CChar>) {
        if level == Self.errorLevel, complaints.count < Self.complaintLimit {
            complaints.append(unsafe String(cString: text))
            verdict = max(verdict, CertificateVerdict.number(of: handle))
        }
        let line = unsafe UnsafeRawBufferPointer(start: text, count: strlen(text))
        unsafe duplicates.read(line)
    }

    /// Why the connection did not come about; TLS has reasons of its own.
    func unconnected(_ code: Int32, _ number: Int32) -> BrokerError {
        guard target.address.usesTLS else { return errors.unconnected(code, number) }
        let wasClosed = code == MOSQ_ERR_CONN_LOST.code || [ECONNRESET, EPIPE, EPROTO].contains(number)
        let closing: TransportFault? = wasClosed ? (isEncrypted ? .closed : .notSpoken) : nil
        let fault = TransportFault(log: complaints, verification: verdict) ?? closing
        guard let fault else { return errors.unconnected(code, number) }
        return errors.untrusted(fault, cause: CertificateVerdict.words(verdict) ?? complaints.first)
    }
}
