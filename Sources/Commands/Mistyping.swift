// What is said to who mistyped a subcommand or a value.

import ArgumentParser
import Traffic

/// Adds what may have been meant to what ArgumentParser says; it does so for options by itself.
enum Mistyping {
    /// Refuses words that stand where a subcommand has to and are none.
    ///
    /// Only commands that have nothing but subcommands are looked at; what begins with a dash ends the look.
    static func check(_ words: some Sequence<String>, of root: any ParsableCommand.Type) throws {
        var command = root
        var path = [name(of: root)]
        for word in words {
            let subcommands = command.configuration.subcommands
            guard !subcommands.isEmpty, command.configuration.defaultSubcommand == nil, !word.hasPrefix("-"),
                !word.isEmpty
            else { return }
            if word == "help", path.count == 1 { continue }
            guard let next = subcommands.first(where: { names(of: $0).contains(word) }) else {
                let question = Spelling.question(word, among: subcommands.flatMap(names) + ["help"])
                throw ValidationError(
                    "\(path.joined(separator: " ")) has no subcommand '\(word)'.\(question)"
                )
            }
            command = next
            path.append(word)
        }
    }

    /// What was said of a value that is none of some names, with the name that may have been meant.
    static func addingQuestion(to text: String) -> String {
        guard
            let match = text.firstMatch(
                of: /The value '([^']*)' is invalid for '[^']*'\. Please provide one of/
            )
        else { return text }
        let rest = text[match.range.upperBound...]
        let inLine = rest.prefix { $0 != "\n" }.matches(of: /'([^']+)'/).map { String($0.output.1) }
        let inList = rest.split(separator: "\n").prefix { $0.hasPrefix("  - ") || $0.hasSuffix(":") }
            .filter { $0.hasPrefix("  - ") }.map { String($0.dropFirst(4)) }
        let question = Spelling.question(String(match.output.1), among: inLine + inList)
        guard !question.isEmpty, let end = text.firstRange(of: " Please provide one of") else { return text }
        return text[..<end.lowerBound] + question + text[end.lowerBound...]
    }

    private static func name(of command: any ParsableCommand.Type) -> String {
        command.configuration.commandName ?? "\(command)"
    }

    private static func names(of command: any ParsableCommand.Type) -> [String] {
        [name(of: command)] + command.configuration.aliases
    }
}
