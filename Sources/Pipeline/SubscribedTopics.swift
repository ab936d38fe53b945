// Topics that are recorded because somebody asked for them, whether or not a dialect claims what comes there.

import Dialects
import Traffic

/// What a subscription brings beside what the dialects subscribe to.
struct SubscribedTopics: Sendable {
    private let asked: [TopicFilter]
    private let ofDialects: [TopicFilter]

    /// The filters asked for by name.
    ///
    /// Who takes in what an earlier run was sent does not know them: what no dialect has subscribed to was asked for.
    init(_ filters: [String] = [], beside dialects: DialectSet) {
        asked = filters.map { TopicFilter($0) }
        ofDialects = dialects.subscriptions.map { TopicFilter($0) }
    }

    /// Whether a message of this topic was asked for.
    func holds(_ topic: RawSpan) -> Bool {
        let topic = topic.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
        return asked.contains { $0.covers(template: topic) }
            || !ofDialects.contains { $0.covers(template: topic) }
    }
}
