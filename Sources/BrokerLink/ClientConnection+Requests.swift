// What a client asks of its broker, as packets of libmosquitto's.

import CMosquitto
import Glibc
import Traffic
import Waiting

extension ClientConnection {
    /// Sends one SUBSCRIBE; its SUBACK settles `answer`. mosquitto_subscribe_multiple(3)
    func subscribe(to filters: [String], qos: QoS, answer: Answer) {
        if qos != .atMostOnce, intake == nil { watchLog() }
        var packetID: Int32 = 0
        let status = unsafe withCopies(of: filters) { pointers in
            unsafe mosquitto_subscribe_multiple(
                handle.pointer,
                &packetID,
                Int32(clamping: filters.count),
                pointers,
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

    /// Sends one UNSUBSCRIBE; its UNSUBACK settles `answer`. mosquitto_unsubscribe_multiple(3)
    func unsubscribe(from filters: [String], answer: Answer) {
        var packetID: Int32 = 0
        let status = unsafe withCopies(of: filters) { pointers in
            unsafe mosquitto_unsubscribe_multiple(
                handle.pointer,
                &packetID,
                Int32(clamping: filters.count),
                pointers,
                nil
            )
        }
        guard status == MOSQ_ERR_SUCCESS.code else {
            return answer.settle(.failure(errors.failed(status, errno)))
        }
        unsubscribing[packetID] = answer
    }

    /// Lends `texts` as C strings, of which libmosquitto wants them writable.
    private func withCopies(
        of texts: [String],
        _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>?) -> Int32
    ) -> Int32 {
        let copies = unsafe texts.map { unsafe strdup($0) }
        defer { unsafe copies.forEach { unsafe free($0) } }
        return unsafe copies.withUnsafeBufferPointer { unsafe body($0.baseAddress) }
    }

    /// Queues one PUBLISH; its being sent or acknowledged settles `answer`. mosquitto_publish(3)
    func publish(topic: String, payload: [UInt8], qos: QoS, isRetained: Bool, answer: Answer) {
        // libmosquitto reads ahead while messages of its own are under way, and would take deliveries from us.
        guard intake == nil else {
            return answer.settle(
                .failure(
                    BrokerError(.badMessage, "A client that hands on what it receives does not publish.")
                )
            )
        }
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
}
