// An MQTT control packet as the listing shows it.

public import Traffic

/// What the listing says of one MQTT control packet; absent fields do not apply to its type.
public struct ControlPacketRow: Hashable, Sendable {
    /// When its last byte was captured.
    public var at: Timestamp
    /// Who sent it to whom.
    public var flow: Flow
    /// Packet type as the specification spells it, such as `PUBLISH`.
    public var type: String
    /// Protocol level: 3, 4 or 5; `nil` before it is known.
    public var version: UInt8?
    /// Quality of service of a PUBLISH.
    public var qos: UInt8?
    /// DUP flag of a PUBLISH.
    public var isDuplicate: Bool?
    /// RETAIN flag of a PUBLISH.
    public var isRetained: Bool?
    /// Packet id, where the type has one.
    public var packetID: UInt16?
    /// Topic of a PUBLISH, its alias resolved.
    public var topic: [UInt8]?
    /// Topic of a PUBLISH as it was sent: empty where an alias stood for it.
    public var sentTopic: [UInt8]?
    /// Payload length of a PUBLISH.
    public var payloadLength: Int?
    /// SHA-256 of a PUBLISH's payload, lower-case hex.
    public var payloadSHA256: String?
    /// Client id of a CONNECT.
    public var clientID: String?
    /// Keep-alive of a CONNECT, in seconds.
    public var keepAlive: UInt16?
    /// Clean session or clean start of a CONNECT.
    public var isClean: Bool?
    /// Whether a CONNECT gives a user name; the name itself is never read.
    public var hasUserName: Bool?
    /// Will of a CONNECT.
    public var will: WillRow?
    /// Reason or return code, where one was sent.
    public var reasonCode: UInt8?
    /// Whether a PUBLISH repeats one that is still under way.
    public var isRedelivery = false
    /// Properties (MQTT 5), in their order.
    public var properties: [PropertyRow] = []
    /// How the packet breaks the specification; `nil` when it does not.
    public var fault: PacketFault?

    /// Begins a row; fields are filled in for the types that have them.
    public init(at: Timestamp, flow: Flow, type: String, version: UInt8?, fault: PacketFault?) {
        self.at = at
        self.flow = flow
        self.type = type
        self.version = version
        self.fault = fault
    }

    /// Adds the row as one JSON object (design.md §8).
    func writeJSON(to text: inout OutputText, masked: Bool) {
        text.beginObject()
        text.add("kind", "mqtt")
        text.add("at", at.nanoseconds)
        text.add("src", flow.source)
        text.add("dst", flow.destination)
        text.add("type", type)
        text.add("version", version)
        text.add("qos", qos)
        text.add("dup", isDuplicate)
        text.add("retain", isRetained)
        text.add("packet_id", packetID)
        writeContents(to: &text, masked: masked)
        text.add("client_id", clientID)
        text.add("keepalive", keepAlive)
        text.add("clean", isClean)
        text.add("username", hasUserName)
        will?.writeJSON(to: &text, masked: masked)
        text.add("reason_code", reasonCode)
        text.add("redelivery", isRedelivery ? true : nil)
        PropertyRow.writeJSON(of: properties, to: &text, masked: masked)
        text.add("malformed", fault != nil)
        text.add("fault", fault?.text)
        text.endObject()
    }

    /// What only a PUBLISH has.
    private func writeContents(to text: inout OutputText, masked: Bool) {
        if let topic {
            text.beginField("topic")
            text.append(quoted: topic, masked: masked)
        }
        if let sentTopic {
            text.beginField("topic_hex")
            text.append(byte: 0x22)
            text.append(hex: sentTopic)
            text.append(byte: 0x22)
        }
        text.add("payload_length", payloadLength)
        text.add("payload_sha256", payloadSHA256)
    }

    /// Adds the row as one line for people.
    func writeLine(to text: inout OutputText, masked: Bool) {
        text.append(at)
        text.append("  ")
        text.append(flow.source)
        text.append(" → ")
        text.append(flow.destination)
        text.append("  ")
        text.append(escaped: type)
        if let qos { text.append(verbatim: " q\(qos)") }
        if isRetained == true { text.append(" retain") }
        if isDuplicate == true { text.append(" dup") }
        if let packetID {
            text.append(" #")
            text.append(packetID)
        }
        if let topic {
            text.append(" ")
            text.append(escaped: topic, masked: masked)
        }
        if let payloadLength {
            text.append(" (")
            text.append(payloadLength)
            text.append(" B)")
        }
        writeRest(to: &text, masked: masked)
    }

    /// What few packets have.
    private func writeRest(to text: inout OutputText, masked: Bool) {
        if let clientID { text.append(escaped: " client \(clientID)") }
        if hasUserName == true { text.append(" with user name") }
        if let will { text.append(escaped: " " + will.text(masked: masked)) }
        if let reasonCode, reasonCode > 0 {
            text.append(" reason 0x")
            text.append(hex: [reasonCode])
        }
        if isRedelivery { text.append(" redelivery") }
        if !properties.isEmpty {
            text.append(escaped: " {\(PropertyRow.text(of: properties, masked: masked))}")
        }
        if let fault { text.append(escaped: fault == .malformed ? " MALFORMED" : " (\(fault.text))") }
    }
}
