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

    /// Adds the will as a field with a JSON object.
    func writeJSON(to text: inout OutputText, masked: Bool) {
        text.beginField("will")
        text.beginObject()
        text.add("topic", masked ? Secrets.masked(will.topic) : will.topic)
        text.add("qos", will.qos.rawValue)
        text.add("retain", will.isRetained)
        text.add("payload_length", will.payloadLength)
        PropertyRow.writeJSON(of: properties, to: &text, masked: masked)
        text.endObject()
    }

    /// The will in few words.
    func text(masked: Bool) -> String {
        let topic = masked ? Secrets.masked(will.topic) : will.topic
        return
            "will q\(will.qos.rawValue)\(will.isRetained ? " retain" : "") \(topic) (\(will.payloadLength) B)"
    }
}
