// The names of a recorder's figures, for good.

extension RecordingStatus {
    /// A figure of a running recorder; the name is that of the JSON and, after `otatape_`, that of Prometheus.
    public enum Figure: String, Hashable, Sendable, CaseIterable {
        case messagesSeen = "messages_seen_total"
        case messagesKept = "messages_kept_total"
        case unreadable = "messages_unreadable_total"
        case messageRate = "messages_per_second"
        case transfers = "transfers_total"
        case sessionsOpen = "sessions_open"
        case sessionsOK = "sessions_ok"
        case sessionsFailed = "sessions_failed"
        case spooled = "spool_waiting_messages"
        case lossyOutages = "outages_lossy_total"
        case spooledPackets = "spool_waiting_packets"
        case messagesPruned = "messages_pruned_total"
        case storeWritable = "store_writable"
        case brokerWaits = "broker_waits"

        /// What it says, in words.
        public var help: String {
            switch self {
            case .messagesSeen: "MQTT messages seen since the recording began."
            case .messagesKept: "MQTT messages kept, since a dialect claims them."
            case .unreadable: "MQTT messages that a dialect claims and could not read."
            case .messageRate: "MQTT messages seen per second, over the last seconds."
            case .transfers: "Downloads measured."
            case .sessionsOpen: "Upgrade sessions told of that are open."
            case .sessionsOK: "Upgrade sessions told of that succeeded."
            case .sessionsFailed: "Upgrade sessions told of that failed."
            case .spooled: "Messages on the disk that wait for the store."
            case .lossyOutages:
                "Times without a broker that no longer had our session: what came meanwhile is lost."
            case .spooledPackets: "Sniffed packets on the disk that wait to be decoded."
            case .messagesPruned: "Old messages deleted to stay within --retain."
            case .storeWritable: "1 when the store took what was recorded, 0 when it waits."
            case .brokerWaits: "1 when a broker has to wait for the spool."
            }
        }

        /// Whether it only grows.
        public var isCounter: Bool { rawValue.hasSuffix("_total") }
    }
}
