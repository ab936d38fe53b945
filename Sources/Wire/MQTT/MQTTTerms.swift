// What one side of an MQTT 5 connection lets the other one send. MQTT 5 §3.1.2.11, §3.2.2.3.

/// The limits that a CONNECT or CONNACK set for the packets that go the other way.
struct MQTTTerms: Hashable, Sendable {
    /// Greatest topic alias; 0 for none.
    private(set) var topicAliasMaximum: UInt32 = 0
    /// Largest packet in bytes.
    private(set) var packetSizeMaximum: UInt32 = .max
    /// Greatest QoS of a PUBLISH.
    private(set) var qosMaximum: UInt32 = 2
    private(set) var allowsRetain = true
    private(set) var allowsWildcards = true
    private(set) var allowsSubscriptionIdentifiers = true
    private(set) var allowsSharedSubscriptions = true
    /// Keep-alive that the broker wants instead of the client's.
    private(set) var keepAlive: UInt16?
    /// Seconds that the session outlives the connection.
    private(set) var sessionExpiry: UInt32?
    /// Where a client id that the broker assigned lies in the frame.
    private(set) var assignedClientID: Range<Int>?

    /// Reads the terms out of properties that were checked.
    init(_ frame: RawSpan, in properties: Range<Int>) {
        var reader = MQTTPropertyReader(frame, in: properties)
        while let property = reader.next() { note(property) }
    }

    private mutating func note(_ property: MQTTProperty) {
        let number = property.number ?? 0
        switch property.identifier {
        case .topicAliasMaximum: topicAliasMaximum = number
        case .maximumPacketSize: packetSizeMaximum = number
        case .maximumQoS: qosMaximum = number
        case .retainAvailable: allowsRetain = number == 1
        case .wildcardSubscriptionAvailable: allowsWildcards = number == 1
        case .subscriptionIdentifierAvailable: allowsSubscriptionIdentifiers = number == 1
        case .sharedSubscriptionAvailable: allowsSharedSubscriptions = number == 1
        case .serverKeepAlive: keepAlive = UInt16(truncatingIfNeeded: number)
        case .sessionExpiry: sessionExpiry = number
        case .assignedClientID: assignedClientID = property.value
        default: break
        }
    }
}
