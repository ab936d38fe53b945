// What a generated capture came to.

/// Counts of a generated capture: what every reader of it must find.
struct RolloutSummary: Codable, Equatable {
    var packets = 0
    var bytes = 0
    /// PUBLISH packets.
    var messages = 0
    /// TCP connections that were opened: MQTT and HTTP.
    var flows = 0
    var halfOpenFlows = 0
    /// HTTP exchanges.
    var downloads = 0
    /// Upgrades by how they end.
    var fates: [UpgradeFate: Int] = [:]
}
