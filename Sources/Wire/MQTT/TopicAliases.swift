// Topics by alias. MQTT 5 §3.3.2.3.4.

/// The topic aliases of one direction of one connection, within a bound of bytes.
struct TopicAliases: Sendable {
    private var topics: [UInt16: [UInt8]] = [:]
    private var byteCount = 0
    /// Whether every binding that was seen is still known.
    private(set) var isWhole = true
    /// What a binding costs beside its topic.
    private static let bindingOverhead = 64

    /// Bindings known.
    var count: Int { topics.count }
    /// Memory held.
    var cost: Int { byteCount + topics.count * Self.bindingOverhead }

    /// The topic that an alias stands for; `nil` when its binding was not seen.
    func topic(of alias: UInt16) -> [UInt8]? { topics[alias] }

    /// Binds an alias to a topic, in place of what it was bound to.
    ///
    /// Beyond the limit the alias is forgotten instead, so that it can never stand for a wrong topic.
    /// - Returns: Whether the binding is known now.
    mutating func bind(_ alias: UInt16, to topic: RawSpan, limit: Int) -> Bool {
        let known = topics[alias]
        if let known, isEqual(known, topic) { return true }
        byteCount -= known?.count ?? 0
        guard byteCount + topic.byteCount <= limit else {
            topics[alias] = nil
            isWhole = false
            return false
        }
        topics[alias] = [UInt8](topic)
        byteCount += topic.byteCount
        return true
    }

    /// Forgets all bindings: after a gap any of them may have been bound anew.
    mutating func removeAll() {
        topics = [:]
        byteCount = 0
        isWhole = false
    }

    private func isEqual(_ known: [UInt8], _ topic: RawSpan) -> Bool {
        guard known.count == topic.byteCount else { return false }
        for index in known.indices where known[index] != topic.byte(at: index) { return false }
        return true
    }
}
