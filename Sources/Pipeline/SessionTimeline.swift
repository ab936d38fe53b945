// One session's evidence as lines: all in one order, each with the sources that saw it.

public import Dialects
public import Reports
import Sessions
public import Store
import Traffic

/// Makes the timeline that `show` prints.
public enum SessionTimeline {
    /// The lines of a stored session, ascending in time; copies are folded into the line they are copies of.
    public static func entries(
        of stored: StoredSession,
        in store: UpgradeStore,
        dialects: DialectSet
    ) throws(StoreError) -> [TimelineEntry] {
        let evidence = try store.evidence(ofSession: stored.id)
        var messageSources: [Int64: Set<TimelineEntry.Source>] = [:]
        var transferSources: [Int64: Set<TimelineEntry.Source>] = [:]
        for piece in evidence {
            switch piece {
            case .message(let message):
                let source: TimelineEntry.Source = message.message.vantage.connection == 0 ? .broker : .wire
                messageSources[message.copyOf ?? message.id, default: []].insert(source)
            case .transfer(let transfer):
                transferSources[transfer.copyOf ?? transfer.id, default: []].insert(source(of: transfer))
            case .unreached: break
            }
        }
        let deviceID = stored.session.key.deviceID
        let entries = evidence.flatMap { piece -> [TimelineEntry] in
            switch piece {
            case .message(let message) where message.copyOf == nil:
                dialects.events(of: message.message, on: deviceID).map {
                    entry(message, $0, sources: messageSources[message.id] ?? [])
                }
            case .transfer(let transfer) where transfer.copyOf == nil:
                [entry(transfer, sources: transferSources[transfer.id] ?? [])]
            default: []
            }
        }
        let unreached = try unreached(by: stored.session, evidence, in: store, dialects)
        return (entries + unreached).sorted { $0.at < $1.at }
    }

    private static func source(of transfer: StoredTransfer) -> TimelineEntry.Source {
        transfer.transfer.evidence == .served ? .served : .wire
    }

    private static func entry(
        _ stored: StoredMessage,
        _ event: UpgradeEvent,
        sources: Set<TimelineEntry.Source>
    ) -> TimelineEntry {
        TimelineEntry(
            at: stored.message.recordedAt,
            lane: .mqtt,
            what: event.kind.rawValue,
            text: EventWords.text(of: event),
            sources: sources,
            isTransportDuplicate: stored.isTransportDuplicate
        )
    }

    private static func entry(
        _ stored: StoredTransfer,
        sources: Set<TimelineEntry.Source>
    ) -> TimelineEntry {
        let exchange = stored.transfer.exchange
        let status = exchange.status.map(String.init) ?? "no response"
        let range = exchange.range.map { " (\($0))" } ?? ""
        let length = exchange.contentLength.map { " of \($0)" } ?? ""
        let duration = stored.transfer.duration.map { " in \(Figures.duration($0))" } ?? ""
        let body = exchange.bodyBytes > 0 ? ", \(exchange.bodyBytes)\(length) B\(duration)" : ", no body"
        let path = URLText.path(of: exchange.url)
        return TimelineEntry(
            at: exchange.requestedAt,
            lane: .http,
            what: "transfer",
            text: "\(exchange.method) \(path)\(range) → \(status)\(body), \(exchange.end.rawValue)",
            sources: sources
        )
    }
}
