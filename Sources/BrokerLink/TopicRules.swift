// What MQTT allows as topic, topic filter and payload. MQTT 3.1.1 §4.7, §2.2.3

import CMosquitto

/// Checks what a caller wants to send, before libmosquitto sees it.
enum TopicRules {
    /// The largest body of a control packet. MQTT 3.1.1 §2.2.3
    static let payloadLimit = 268_435_455

    /// Refuses what cannot be published to.
    static func checkTopic(_ topic: String) throws(BrokerError) {
        let isValid = unsafe topic.utf8.count > 0 && mosquitto_pub_topic_check(topic) == MOSQ_ERR_SUCCESS.code
        try check(isValid && isText(topic), topic, "topic", "1 to 65535 bytes without '+', '#' and NUL")
    }

    /// Refuses what cannot be subscribed to.
    static func checkFilter(_ filter: String) throws(BrokerError) {
        let isValid =
            unsafe filter.utf8.count > 0 && mosquitto_sub_topic_check(filter) == MOSQ_ERR_SUCCESS.code
        let rule = "'+' and '#' stand alone between slashes, '#' last; 1 to 65535 bytes without NUL"
        try check(isValid && isText(filter), filter, "topic filter", rule)
    }

    /// Refuses what no control packet can carry.
    static func checkPayload(_ byteCount: Int) throws(BrokerError) {
        guard byteCount > payloadLimit else { return }
        throw BrokerError(
            .badMessage,
            "A payload of \(byteCount) bytes is too long for MQTT; at most \(payloadLimit) bytes fit."
        )
    }

    /// C strings end at a NUL; libmosquitto would send what is before it.
    private static func isText(_ text: String) -> Bool {
        !text.utf8.contains(0) && text.utf8.count <= 65_535
    }

    private static func check(
        _ isValid: Bool,
        _ text: String,
        _ kind: String,
        _ rule: String
    ) throws(BrokerError) {
        guard !isValid else { return }
        throw BrokerError(.badMessage, "'\(text.prefix(200))' is not a \(kind): \(rule).")
    }
}
