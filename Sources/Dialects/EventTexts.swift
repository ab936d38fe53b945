// What events share: their texts, and what only offers state.

/// The texts of an event; `UpgradeEvent` says what each is.
struct EventTexts: Hashable, Sendable {
    var dialect: String
    var rule: String
    var productID: String?
    var deviceID: String
    var gatewayID: String?
    var commandID: String?
    var firmwareID: String?
    var version: String?
    var currentVersion: String?
    var url: String?
    var sizeBytes: Int64?
    var digest: DeclaredDigest?
    var ackTimeout: Duration?
    var socketTimeout: Duration?
    var sessionTimeout: Duration?
    var code: String?
    var reason: String?
    var phase: String?
    var module: String?
    var chunkIndex: Int64?
    var chunkBytes: Int64?
    var round: Int64?
    var missingCount: Int64?
    var oddity: String?

    init(dialect: String, rule: String, deviceID: String) {
        self.dialect = dialect
        self.rule = rule
        self.deviceID = deviceID
    }
}
