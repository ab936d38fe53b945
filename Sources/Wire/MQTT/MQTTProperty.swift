// One property of an MQTT 5 packet. MQTT 5 §2.2.2.2, table 2-4.

/// A property as it lies in its packet: ranges are offsets into the frame.
public struct MQTTProperty: Hashable, Sendable {
    /// Properties by their identifier.
    public enum Identifier: UInt8, Hashable, Sendable, CaseIterable {
        case payloadFormat = 0x01
        case messageExpiry = 0x02
        case contentType = 0x03
        case responseTopic = 0x08
        case correlationData = 0x09
        case subscriptionIdentifier = 0x0B
        case sessionExpiry = 0x11
        case assignedClientID = 0x12
        case serverKeepAlive = 0x13
        case authenticationMethod = 0x15
        case authenticationData = 0x16
        case requestProblemInformation = 0x17
        case willDelay = 0x18
        case requestResponseInformation = 0x19
        case responseInformation = 0x1A
        case serverReference = 0x1C
        case reasonString = 0x1F
        case receiveMaximum = 0x21
        case topicAliasMaximum = 0x22
        case topicAlias = 0x23
        case maximumQoS = 0x24
        case retainAvailable = 0x25
        case userProperty = 0x26
        case maximumPacketSize = 0x27
        case wildcardSubscriptionAvailable = 0x28
        case subscriptionIdentifierAvailable = 0x29
        case sharedSubscriptionAvailable = 0x2A
    }

    /// Which property it is.
    public var identifier: Identifier
    /// Where a user property's name lies; empty for others.
    public var name: Range<Int> = 0..<0
    /// Where the value lies, without its length.
    public var value: Range<Int>
    /// The value of a numeric property; `nil` for text and binary ones.
    public var number: UInt32?
}
