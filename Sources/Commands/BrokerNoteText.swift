// What happens between us and a broker, in words.

import Pipeline
import Traffic

enum BrokerNoteText {
    /// More than one dialect asks for.
    private static let manyFilters = 12

    /// One line; `url` names the broker.
    static func text(_ note: BrokerNote, of url: String) -> String {
        switch note {
        case .subscribed(let filters, let qos, let clientID, let isResumed):
            return
                "\(url): subscribed to \(Count.text(filters, "filter"))"
                + (filters > Self.manyFilters ? " (--only-dialect narrows them)" : "")
                + " at QoS \(qos.rawValue) as '\(clientID)'"
                + (isResumed ? ", going on with the session that the broker kept" : "")
        case .refused(let filters):
            let names = filters.prefix(5).map { "'\($0)'" }.joined(separator: ", ")
            let others = filters.count > 5 ? " and \(filters.count - 5) more" : ""
            return
                "warning: \(url) refuses \(names)\(others): nothing is recorded of that; see the broker's access "
                + "rules (acl_file)"
        case .lost(let reason): return "\(url): \(reason); trying again"
        case .back(let time, true):
            return
                "\(url): connected again after \(Int(time.seconds.rounded(.up))) s; the broker kept our session, and sends what it queued"
        case .back(let time, false):
            return
                "warning: \(url): connected again after \(Int(time.seconds.rounded(.up))) s; the broker had not kept our session: what "
                + "was published meanwhile is lost. Does it keep sessions (persistence true), and long enough?"
        case .waiting:
            return
                "\(url): ended before the broker had handed over everything; it keeps our session: record again, and what "
                + "it queued comes"
        case .forgotten(let since):
            return "warning: \(url) no longer has the session of the run that was cut off at "
                + "\(since.text(decimals: 0)): what was published since then is lost. Does it keep sessions (persistence "
                + "true), and long enough?"
        }
    }
}
