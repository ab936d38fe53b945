// The dialects a run speaks, and where each came from.

public import Dialects
import Traffic

/// Built-in definitions, those of the user's folder and those given by file, joined.
public struct DialectCatalog: Sendable {
    /// One dialect and its definition.
    public struct Entry: Sendable {
        /// The dialect, compiled.
        public var dialect: Dialect
        /// Its definition.
        public var definition: DefinitionText
        /// Where the definition came from.
        public var source: DialectSource
    }

    /// In order of precedence: what was given last comes first, and the built-in dialects come last.
    public private(set) var entries: [Entry]
    /// What was replaced, one line each.
    public private(set) var replacements: [String] = []

    /// The dialects themselves.
    public var dialects: DialectSet { DialectSet(entries.map(\.dialect)) }

    /// The built-in dialects alone.
    /// - Throws: `.unreadable` when an embedded definition is wrong, which the tests rule out.
    public static func builtIn() throws(RunError) -> DialectCatalog {
        try load(DialectRequest())
    }

    /// The names of the built-in dialects, for suggestions; none where they cannot be read.
    public static var builtInNames: [String] {
        ((try? builtIn())?.entries ?? []).map(\.dialect.name)
    }

    /// Loads what is asked for.
    ///
    /// A dialect replaces an earlier one of its name: the built-in ones are read first, then the user's folder, then
    /// the files as they were given.
    /// - Throws: `.unreadable` with file, line and remedy for a definition that is wrong, `.impossible` for a name that
    ///   nobody knows.
    public static func load(_ request: DialectRequest) throws(RunError) -> DialectCatalog {
        var catalog = DialectCatalog(entries: [])
        for text in BuiltInDefinitions.all {
            catalog.entries.append(try entry(text, .builtIn, request.variants))
        }
        if let folder = request.folder {
            for (text, source) in try DefinitionFiles.texts(inFolder: folder) {
                catalog.add(try entry(text, source, request.variants))
            }
        }
        for file in request.files {
            catalog.add(try entry(try DefinitionFiles.text(ofFile: file), .file(file), request.variants))
        }
        for name in request.variants.keys.sorted() { _ = try catalog.entry(named: name) }
        try catalog.narrow(to: request.only)
        return catalog
    }

    /// The dialect of that name or alias.
    /// - Throws: `.impossible` with the names that there are.
    public func entry(named name: String) throws(RunError) -> Entry {
        if let entry = entries.first(where: { $0.dialect.name == name })
            ?? entries.first(where: { $0.dialect.isCalled(name) })
        {
            return entry
        }
        let known = entries.map(\.dialect.name).sorted().joined(separator: ", ")
        let question = Spelling.question(name, among: entries.map(\.dialect.name))
        throw RunError(
            .impossible,
            "there is no dialect \(name).\(question) There are \(known); --dialect FILE adds a definition"
        )
    }

    private mutating func add(_ entry: Entry) {
        guard let index = entries.firstIndex(where: { $0.dialect.name == entry.dialect.name }) else {
            entries.insert(entry, at: 0)
            return
        }
        replacements.append(
            "dialect \(entry.dialect.name) of \(entry.source) replaces the one \(entries[index].source.asOrigin)"
        )
        entries[index] = entry
    }

    private mutating func narrow(to names: [String]) throws(RunError) {
        if names.isEmpty { return }
        var wanted: Set<String> = []
        for name in names { wanted.insert(try entry(named: name).dialect.name) }
        entries.removeAll { !wanted.contains($0.dialect.name) }
    }

    private static func entry(
        _ text: DefinitionText,
        _ source: DialectSource,
        _ variants: [String: String]
    ) throws(RunError) -> Entry {
        do {
            var dialect = try Dialect.load(yaml: text.yaml, origin: text.origin)
            for (name, variant) in variants where dialect.isCalled(name) {
                dialect = try dialect.selecting(variant: variant)
            }
            return Entry(dialect: dialect, definition: text, source: source)
        } catch {
            throw RunError(.unreadable, error.description + source.hint, cause: error)
        }
    }
}
