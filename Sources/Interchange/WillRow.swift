// A CONNECT's will as the listing shows it. MQTT 5 §3.1.3.

public import Traffic

/// A will and its properties.
public struct WillRow: Hashable, Sendable {
    /// Topic, QoS, RETAIN and payload length.
    public var will: Connection.Will
    /// Its properties (MQTT 5).
    public var properties: [PropertyRow]

    /// Joins a will and its properties.
    public init(_ will: Connection.Will, properties: [PropertyRow]) {
        self.will = will
        self.properties = properties
    }

    /// The will as a JSON object.
    func object(masked: Bool) -> JSONLine {
        var object = JSONLine()
        object.add("topic", masked ? Secrets.masked(will.topic) : will.topic)
        object.add("qos", will.qos.rawValue)
        object.add("retain", will.isRetained)
        object.add("payload_length", will.payloadLength)
        object.add("properties", PropertyRow.object(of: properties, masked: masked))
        return object
    }

    /// The will in few words.
    func text(masked: Bool) -> String {
        let topic = masked ? Secrets.masked(will.topic) : will.topic
        return
            "will q\(will.qos.rawValue)\(will.isRetained ? " retain" : "") \(topic) (\(will.payloadLength) B)"
    }
}
