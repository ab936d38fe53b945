// Servers that a session wanted to reach and did not, as lines of its timeline.

import Dialects
import Reports
import Sessions
import Store
import Traffic

extension SessionTimeline {
    /// What the wire shows of it, where that is why the session failed.
    static func unreached(
        by session: Session,
        _ evidence: [StoredEvidence],
        in store: UpgradeStore,
        _ dialects: DialectSet
    ) throws(StoreError) -> [TimelineEntry] {
        guard session.failureSource == .measured, let url = session.url,
            session.failureClass == .dnsFailure || session.failureClass == .connectFailure
        else { return [] }
        let start = session.offeredAt ?? session.firstSeenAt
        let addresses = addresses(of: evidence, dialects, session.key.deviceID)
        let own = try store.unreached(from: start, to: session.endedAt ?? session.lastSeenAt) { server in
            server.isServer(of: url) && (addresses.isEmpty || addresses.contains(server.client.address))
        }
        return own.map(\.server).map { server in
            TimelineEntry(
                at: server.startedAt,
                lane: server.cause.isOfName ? .dns : .tcp,
                what: server.cause.rawValue,
                text: server.sentence,
                sources: [.wire]
            )
        }
    }

    /// Where the device speaks from, as far as its own connection was seen.
    private static func addresses(
        of evidence: [StoredEvidence],
        _ dialects: DialectSet,
        _ deviceID: String
    ) -> Set<IPAddress> {
        Set(
            evidence.compactMap { piece in
                guard case .message(let stored) = piece, let client = stored.message.client else {
                    return nil
                }
                let events = dialects.events(of: stored.message, on: deviceID)
                let sight = MessageSight(stored.message, id: stored.id)
                return events.contains(where: sight.isOnDeviceLeg) ? client.address : nil
            }
        )
    }
}
