// The capture of an upgrade whose image is never reached.

/// A device of the iot-cloud-ota dialect connects, takes an offer, and reports a failure.
public struct FailedUpgrade {
    private static let topic = "v1/7/firmware/download"

    /// The packets so far.
    public var capture = SpokenCapture()
    private var control: SpokenCapture.Line

    /// Connects to 10.0.0.2:1883 from 10.0.0.1 and is offered what `url` leads to.
    public init(url: String) {
        control = capture.open(from: 50_000, to: 1_883)
        capture.ask(
            &control,
            [0x10, 15, 0, 4] + Array("MQTT".utf8) + [4, 2, 0, 60, 0, 3] + Array("dev".utf8)
        )
        capture.answer(&control, [0x20, 2, 0, 0])
        let offer = """
            {"command_id": "c1", "signed_url": "\(url)", "version": "2.0", "checksum": \
            "\(String(repeating: "a", count: 64))", "size": 3000, "timeout": 30, \
            "timestamp": "2023-11-14T22:13:20Z"}
            """
        capture.answer(&control, Self.publish("request", offer))
        let ack = #"{"command_id": "c1", "status": "ACKNOWLEDGED", "message": "ok"}"#
        capture.ask(&control, Self.publish("request/ack", ack))
    }

    /// Reports that it failed, and leaves.
    public mutating func fail() {
        capture.ask(&control, Self.publish("result", #"{"command_id": "c1", "status": "FAILED"}"#))
        capture.close(&control)
    }

    private static func publish(_ leaf: String, _ payload: String) -> [UInt8] {
        let name = Array("\(topic)/\(leaf)".utf8)
        let body = [0, UInt8(name.count)] + name + Array(payload.utf8)
        return [0x30, UInt8(body.count % 128 | 0x80), UInt8(body.count / 128)] + body
    }
}
