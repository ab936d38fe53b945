// The message that a client leaves with the broker. MQTT 3.1.1 §3.1.2.5, MQTT 5 §3.1.2.5.

extension Connection {
    /// A will, without its payload.
    public struct Will: Hashable, Sendable {
        /// Topic that it would be published on (ill-formed UTF-8 repaired).
        public var topic: String
        /// Quality of service that it would be published with.
        public var qos: QoS
        /// Whether it would be retained.
        public var isRetained: Bool
        /// Bytes of its payload.
        public var payloadLength: Int

        /// Describes a will.
        public init(topic: String, qos: QoS, isRetained: Bool, payloadLength: Int) {
            self.topic = topic
            self.qos = qos
            self.isRetained = isRetained
            self.payloadLength = payloadLength
        }
    }
}
