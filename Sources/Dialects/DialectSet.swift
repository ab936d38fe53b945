// The dialects that a recording or a replay speaks.

public import Traffic

/// Dialects in order of precedence.
public struct DialectSet: Sendable {
    /// The dialects, each name once.
    public let all: [Dialect]
    /// What they make of topics.
    let table: ClaimTable

    /// Joins dialects; a later one replaces an earlier one of the same name.
    public init(_ dialects: [Dialect]) {
        var all: [Dialect] = []
        for dialect in dialects {
            if let index = all.firstIndex(where: { $0.name == dialect.name }) {
                all[index] = dialect
            } else {
                all.append(dialect)
            }
        }
        self.all = all
        table = ClaimTable(all)
    }

    /// The dialects that come with the program.
    /// - Throws: never in a program whose tests passed: the definitions are embedded at build time.
    public static func builtIn() throws(DialectError) -> DialectSet {
        var dialects: [Dialect] = []
        for text in BuiltInDefinitions.all {
            dialects.append(try .load(yaml: text.yaml, origin: text.origin))
        }
        return DialectSet(dialects)
    }

    /// The dialect of that name, or else the one that has it among its aliases.
    public subscript(name: String) -> Dialect? {
        all.first { $0.name == name } ?? all.first { $0.isCalled(name) }
    }

    /// The set with variants in place of some of its dialects.
    /// - Parameter variants: Names of variants by the names of their dialects, aliases included.
    /// - Returns: the set, in the same order.
    /// - Throws: `.noSuchDialect` or `.noSuchVariant`.
    public func selecting(variants: [String: String]) throws(DialectError) -> DialectSet {
        var all = all
        for (name, variant) in variants.sorted(by: { $0.key < $1.key }) {
            guard let index = all.firstIndex(where: { $0.name == self[name]?.name }) else {
                throw .noSuchDialect(name: name, known: all.map(\.name))
            }
            all[index] = try all[index].selecting(variant: variant)
        }
        return DialectSet(all)
    }

    /// Topic filters that together see every message of these dialects, each once.
    public var subscriptions: [String] {
        var seen: Set<String> = []
        return all.flatMap(\.subscriptions).filter { seen.insert($0).inserted }
    }

    /// The event that a message states, of several the first; `nil` when no dialect claims it.
    ///
    /// Whoever reads many messages reads them with a `DialectReader`, which says more and remembers their topics.
    public func read(_ message: Message) -> UpgradeEvent? {
        events(of: message).first
    }

    /// The events of a message that belong to a device; of a message that states one event, that one.
    public func events(of message: Message, on deviceID: String) -> [UpgradeEvent] {
        let events = events(of: message)
        return events.count < 2 ? events : events.filter { $0.deviceID == deviceID }
    }

    /// The events that a message states, in order: mostly one, none when no dialect claims it.
    public func events(of message: Message) -> [UpgradeEvent] {
        var reader = DialectReader(self)
        return reader.events(of: message)
    }
}
