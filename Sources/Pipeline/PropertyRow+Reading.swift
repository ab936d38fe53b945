// Makes listing rows of an MQTT 5 packet's properties.

import Interchange
import Wire

extension PropertyRow {
    /// All properties in a range of a frame, in their order.
    static func all(in range: Range<Int>, of frame: RawSpan) -> [PropertyRow] {
        guard !range.isEmpty else { return [] }
        var rows: [PropertyRow] = []
        var reader = MQTTPropertyReader(frame, in: range)
        while let property = reader.next() { rows.append(PropertyRow(property, of: frame)) }
        return rows
    }

    private init(_ property: MQTTProperty, of frame: RawSpan) {
        func bytes(_ range: Range<Int>) -> [UInt8] { frame.extracting(range).bytes }
        func text(_ range: Range<Int>) -> String { String(decoding: bytes(range), as: UTF8.self) }
        let value: Value =
            switch property.identifier {
            case .correlationData: .binary(bytes(property.value))
            case .authenticationData: .withheld(byteCount: property.value.count)
            case .userProperty: .pair(name: text(property.name), value: text(property.value))
            default: property.number.map { .number($0) } ?? .text(text(property.value))
            }
        self.init(Self.name(of: property.identifier), value)
    }

    private static func name(of identifier: MQTTProperty.Identifier) -> String {
        switch identifier {
        case .payloadFormat: "payload_format"
        case .messageExpiry: "message_expiry"
        case .contentType: "content_type"
        case .responseTopic: "response_topic"
        case .correlationData: "correlation_data"
        case .subscriptionIdentifier: "subscription_identifier"
        case .sessionExpiry: "session_expiry"
        case .assignedClientID: "assigned_client_id"
        case .serverKeepAlive: "server_keep_alive"
        case .authenticationMethod: "authentication_method"
        case .authenticationData: "authentication_data"
        case .requestProblemInformation: "request_problem_information"
        case .willDelay: "will_delay"
        case .requestResponseInformation: "request_response_information"
        case .responseInformation: "response_information"
        case .serverReference: "server_reference"
        case .reasonString: "reason_string"
        case .receiveMaximum: "receive_maximum"
        case .topicAliasMaximum: "topic_alias_maximum"
        case .topicAlias: "topic_alias"
        case .maximumQoS: "maximum_qos"
        case .retainAvailable: "retain_available"
        case .userProperty: "user_property"
        case .maximumPacketSize: "maximum_packet_size"
        case .wildcardSubscriptionAvailable: "wildcard_subscription_available"
        case .subscriptionIdentifierAvailable: "subscription_identifiers_available"
        case .sharedSubscriptionAvailable: "shared_subscription_available"
        }
    }
}
