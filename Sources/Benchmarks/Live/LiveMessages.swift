// Progress reports of a fleet as they go to a broker: all of one length, so that what arrived can be told by size.

/// PUBLISH packets of equal length, by number.
struct LiveMessages {
    /// Devices that report in turn.
    static let devices = 1_000

    let qos: UInt8

    /// The topic of a message.
    func topic(_ number: Int) -> String {
        "v1/\(1_000 + number % Self.devices)/firmware/download/progress"
    }

    /// The payload of a message: 150 bytes.
    func payload(_ number: Int) -> String {
        let round = number / Self.devices
        return """
            {"command_id":"\(1_000 + number % Self.devices)","progress":\(10 + round % 90),"downloaded_bytes":\
            \(1_000_000 + round),"total_bytes":9000000,"speed_kbps":9,"eta_seconds":9,\
            "timestamp":"2026-08-30T12:00:00Z"}
            """
    }

    /// The packet of a message; packet ids come round after 65 535.
    func packet(_ number: Int) -> [UInt8] {
        MQTTBytes.publish(
            topic: topic(number),
            payload: Array(payload(number).utf8),
            qos: qos,
            packetID: UInt16(number % 65_535 + 1)
        )
    }

    /// Bytes of a line `topic payload` with its end, as mosquitto_sub -v writes it.
    var lineBytes: Int { topic(0).utf8.count + payload(0).utf8.count + 2 }
}
