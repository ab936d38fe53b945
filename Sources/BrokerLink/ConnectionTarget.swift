// What one attempt to connect aims at.

/// Where and how to connect.
struct ConnectionTarget: Sendable {
    var address: BrokerAddress
    var numericHost: String
    var options: ClientOptions
}
