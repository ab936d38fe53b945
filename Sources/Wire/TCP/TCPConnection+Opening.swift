// Tells of a connection that was asked for and did not come about.

import Traffic

extension TCPConnection {
    /// Whether it was asked for more than once and nobody has answered.
    var isUnanswered: Bool { opening.cause == .unanswered }

    /// Tells why the connection did not come about, if so and once.
    mutating func tellOfOpening(_ ledger: inout Ledger, _ sink: inout some WireSink) {
        guard let cause = opening.takeCause(), let side = scene.clientSide else { return }
        let asked = lastAt.nanoseconds(since: scene.openedAt)
        guard cause == .refused || asked >= OpeningWatch.leastPause else { return }
        let (client, server) = (key.endpoint(side), key.endpoint(side.other))
        let unreached = UnreachedServer(
            client: client,
            server: server,
            name: ledger.lookups.name(of: server.address, for: client.address),
            startedAt: scene.openedAt,
            endedAt: lastAt,
            count: Int(opening.synCount),
            cause: cause
        )
        ledger.tell(of: unreached, into: &sink)
    }
}
