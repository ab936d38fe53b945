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

    /// The row as one JSON object (design.md §8).
    func jsonLine(masked: Bool) -> String {
        var object = JSONLine()
        object.add("kind", "mqtt")
        object.add("at", at.nanoseconds)
        object.add("src", flow.source.description)
        object.add("dst", flow.destination.description)
        object.add("type", type)
        object.add("version", version)
        object.add("qos", qos)
        object.add("dup", isDuplicate)
        object.add("retain", isRetained)
        object.add("packet_id", packetID)
        object.add("topic", topic.map { shown($0, masked: masked) })
        object.add("topic_hex", sentTopic.map { HexText.lowerCase($0) })
        object.add("payload_length", payloadLength)
        object.add("payload_sha256", payloadSHA256)
        object.add("client_id", clientID)
        object.add("keepalive", keepAlive)
        object.add("clean", isClean)
        object.add("username", hasUserName)
        object.add("will", will?.object(masked: masked))
        object.add("reason_code", reasonCode)
        object.add("redelivery", isRedelivery ? true : nil)
        object.add("properties", PropertyRow.object(of: properties, masked: masked))
        object.add("malformed", fault != nil)
        object.add("fault", fault?.text)
        return object.line
    }

    /// The row as one line for people.
    func text(masked: Bool) -> String {
        var what = type
        if let qos { what += " q\(qos)" }
        if isRetained == true { what += " retain" }
        if isDuplicate == true { what += " dup" }
        if let packetID { what += " #\(packetID)" }
        if let topic { what += " " + shown(topic, masked: masked) }
        if let payloadLength { what += " (\(payloadLength) B)" }
        if let clientID { what += " client \(clientID)" }
        if hasUserName == true { what += " with user name" }
        if let will { what += " " + will.text(masked: masked) }
        if let reasonCode, reasonCode > 0 { what += " reason 0x\(HexText.lowerCase([reasonCode]))" }
        if isRedelivery { what += " redelivery" }
        if !properties.isEmpty { what += " {\(PropertyRow.text(of: properties, masked: masked))}" }
        if let fault { what += fault == .malformed ? " MALFORMED" : " (\(fault.text))" }
        return "\(at.text(decimals: 6))  \(flow.source) → \(flow.destination)  \(TerminalText.escaped(what))"
    }

    private func shown(_ topic: [UInt8], masked: Bool) -> String {
        let text = String(decoding: topic, as: UTF8.self)
        return masked ? Secrets.masked(text) : text
    }
}
