// Which packets of an MQTT connection may follow which. MQTT 3.1.1 §3, MQTT 5 §3 and §4.12.

import Traffic

/// Judges readable packets by those before them.
///
/// A side that was not seen from its start, or not without gaps, is given the benefit of the doubt.
struct MQTTOrder: Sendable {
    /// What has been seen of one side.
    private struct Party: Sendable {
        /// Whether all of its packets were seen.
        var isWhole: Bool
        /// Whether its CONNECT or CONNACK was seen.
        var hasGreeted = false
        /// Whether it said DISCONNECT.
        var hasLeft = false
        /// What it lets the other side send; `nil` while unknown.
        var terms: MQTTTerms?
    }

    private var client: Party
    private var broker: Party
    private let areSidesKnown: Bool
    private var hasAuthenticationMethod = true

    /// Whether the connection's own start was seen.
    init(isWhole: Bool) {
        client = Party(isWhole: isWhole)
        broker = Party(isWhole: isWhole)
        areSidesKnown = isWhole
    }

    /// Whether no packet of a side was missed.
    func isWhole(fromClient isFromClient: Bool) -> Bool { isFromClient ? client.isWhole : broker.isWhole }

    /// Notes that packets of a side were missed.
    mutating func lose(fromClient isFromClient: Bool) {
        if isFromClient { client.isWhole = false } else { broker.isWhole = false }
    }

    /// Takes a CONNECT, or what wants to be one; `introduction` is `nil` for what cannot be read.
    mutating func connect(_ introduction: MQTTIntroduction?, _ frame: RawSpan, isFromClient: Bool)
        -> PacketFault?
    {
        if let fault = common(.connect, isFromClient) { return fault }
        guard isFromClient else { return nil }
        if client.hasGreeted { return .secondConnect }
        client.hasGreeted = true
        guard let introduction else { return nil }
        client.terms = MQTTTerms(frame, in: introduction.properties)
        hasAuthenticationMethod = introduction.hasAuthenticationMethod || introduction.version != .v5
        return nil
    }

    /// Takes any other packet that could be read.
    mutating func receive(_ reader: borrowing MQTTPacketReader, _ frame: RawSpan, isFromClient: Bool)
        -> PacketFault?
    {
        let packet = reader.packet
        if let fault = common(packet.kind, isFromClient) ?? greeting(packet, isFromClient) { return fault }
        switch packet.kind {
        case .connack:
            broker.hasGreeted = true
            if packet.version == .v5 { broker.terms = MQTTTerms(frame, in: packet.properties) }
        case .auth where !hasAuthenticationMethod: return .authenticationNotBegun
        case .disconnect:
            if isFromClient { client.hasLeft = true } else { broker.hasLeft = true }
        default: break
        }
        guard packet.version == .v5 else { return nil }
        return content(reader, isFromClient) ?? limits(reader, frame.byteCount, isFromClient)
    }

    // MARK: - Order

    private func common(_ kind: ControlPacket.Kind, _ isFromClient: Bool) -> PacketFault? {
        if areSidesKnown, let right = kind.isFromClient, right != isFromClient { return .wrongSide }
        return (isFromClient ? client.hasLeft : broker.hasLeft) ? .afterDisconnect : nil
    }

    private func greeting(_ packet: ControlPacket, _ isFromClient: Bool) -> PacketFault? {
        if isFromClient { return client.hasGreeted || !client.isWhole ? nil : .beforeConnect }
        if packet.kind == .connack { return broker.hasGreeted ? .secondConnectAcknowledgement : nil }
        // MQTT 3.1 does not say so; MQTT 5 lets AUTH go first (§4.12).
        let mayGoFirst = packet.kind == .auth || packet.version == .v31
        if !broker.hasGreeted, broker.isWhole, !mayGoFirst { return .beforeConnectAcknowledgement }
        // Only clients leave before MQTT 5 (MQTT 3.1.1 §2.2.1).
        return packet.kind == .disconnect && packet.version != .v5 && areSidesKnown ? .wrongSide : nil
    }

    // MARK: - MQTT 5

    private func content(_ reader: borrowing MQTTPacketReader, _ isFromClient: Bool) -> PacketFault? {
        guard areSidesKnown else { return nil }
        let isForeign =
            switch reader.packet.kind {
            case .publish: isFromClient && reader.properties.contains(.subscriptionIdentifier)
            case .disconnect:
                !MQTTReason.isDisconnectReason(reader.packet.reasonCode ?? 0, fromClient: isFromClient)
                    || (!isFromClient && reader.properties.contains(.sessionExpiry))
            default: false
            }
        return isForeign ? .contentOfOtherSide : nil
    }

    private func limits(
        _ reader: borrowing MQTTPacketReader,
        _ byteCount: Int,
        _ isFromClient: Bool
    ) -> PacketFault? {
        guard let terms = isFromClient ? broker.terms : client.terms else { return nil }
        if byteCount > Int(terms.packetSizeMaximum) { return .packetTooLarge }
        switch reader.packet.kind {
        case .publish:
            if UInt32(reader.properties.topicAlias ?? 0) > terms.topicAliasMaximum { return .aliasTooLarge }
            let qos = UInt32(reader.packet.qos?.rawValue ?? 0)
            return qos > terms.qosMaximum || (reader.packet.isRetained && !terms.allowsRetain)
                ? .ruledOut : nil
        case .subscribe:
            let isRuledOut =
                (reader.hasWildcard && !terms.allowsWildcards)
                || (reader.isShared && !terms.allowsSharedSubscriptions)
                || (reader.properties.contains(.subscriptionIdentifier)
                    && !terms.allowsSubscriptionIdentifiers)
            return isRuledOut ? .ruledOut : nil
        default: return nil
        }
    }
}
