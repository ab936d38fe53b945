// Finds the named parameters of a statement without a database.

/// Reads SQL just closely enough to tell parameters from what stands in strings and comments.
enum SQLText {
    /// Names of the `:name` parameters, in order of first use.
    static func parameters(in sql: String) -> [String] {
        var names: [String] = []
        var rest = Substring(sql)
        while let first = rest.first {
            if let end = endOfOpaque(rest) {
                rest = rest[end...]
                continue
            }
            rest = rest.dropFirst()
            guard first == ":" else { continue }
            let name = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
            if !name.isEmpty, !names.contains(String(name)) { names.append(String(name)) }
            rest = rest.dropFirst(name.count)
        }
        return names
    }

    /// Where the string, quoted name or comment ends that begins here; `nil` when none does.
    private static func endOfOpaque(_ text: Substring) -> Substring.Index? {
        if text.hasPrefix("--") { return text.firstIndex(of: "\n") ?? text.endIndex }
        if text.hasPrefix("/*") { return end(of: "*/", in: text.dropFirst(2)) }
        guard let quote = text.first, quote == "'" || quote == "\"" else { return nil }
        // A doubled quote ends one string and begins the next: the same text is skipped either way.
        return end(of: String(quote), in: text.dropFirst())
    }

    private static func end(of mark: String, in text: Substring) -> Substring.Index {
        var rest = text
        while !rest.isEmpty, !rest.hasPrefix(mark) { rest = rest.dropFirst() }
        return rest.dropFirst(mark.count).startIndex
    }
}
