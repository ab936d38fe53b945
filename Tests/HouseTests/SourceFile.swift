// A source file as HouseTests see it.

import Foundation
import TestSupport

/// One Swift file of the project, with what the house rules ask about it.
struct SourceFile: CustomStringConvertible, Sendable {
    /// Path from the project's root, such as `Sources/Wire/ByteCursor.swift`.
    let path: String
    let lines: [String]

    var description: String { path }

    /// The folder under Sources or Tests: the target's name.
    var target: String { path.split(separator: "/").dropFirst().first.map(String.init) ?? "" }

    private var accessLevels: Set<Substring> { ["public", "package", "internal", "private"] }

    /// Modules imported at the top, whatever stands before the word `import`.
    var imports: [String] {
        lines.compactMap { line in
            let words = line.split(separator: " ")
            guard let index = words.firstIndex(of: "import"), index + 1 < words.count else { return nil }
            let isImport = words[..<index].allSatisfy { $0.hasPrefix("@") || accessLevels.contains($0) }
            return isImport ? words[index + 1].split(separator: ".").first.map(String.init) : nil
        }
    }

    /// Names of types declared anywhere in the file.
    var typeNames: [String] {
        lines.compactMap { line in
            let words = line.split { $0 == " " || $0 == ":" || $0 == "<" || $0 == "{" }
            let kinds: Set<Substring> = ["struct", "class", "enum", "actor", "protocol", "typealias"]
            guard !line.trimmingCharacters(in: .whitespaces).hasPrefix("//") else { return nil }
            guard let index = words.firstIndex(where: kinds.contains), index + 1 < words.count else {
                return nil
            }
            let name = words[index + 1]
            return name.first?.isUppercase == true ? String(name) : nil
        }
    }

    /// Lines of each function and initialiser, from its first line to the brace that closes it.
    var functionLengths: [Int] {
        lines.indices.compactMap { start in
            let line = lines[start]
            let words = line.split { $0 == " " || $0 == "(" || $0 == "?" || $0 == "<" }
            guard words.contains("func") || words.contains("init"), !line.contains("//") else { return nil }
            if line.hasSuffix("}") { return 1 }
            let close = line.prefix { $0 == " " } + "}"
            return lines[start...].firstIndex(of: String(close)).map { $0 - start + 1 }
        }
    }

    /// All Swift files below a folder of the project's root, sorted by path.
    static func all(below folder: String) -> [SourceFile] {
        let root = Fixtures.root.standardizedFileURL
        let files = FileManager.default.enumerator(
            at: root.appending(path: folder),
            includingPropertiesForKeys: nil
        )
        let urls = (files?.allObjects as? [URL] ?? []).filter { $0.pathExtension == "swift" }
        return urls.sorted { $0.path < $1.path }.compactMap { url in
            guard let text = try? String(contentsOf: url, encoding: .utf8) else { return nil }
            let path = String(url.standardizedFileURL.path.dropFirst(root.path.count + 1))
            return SourceFile(path: path, lines: text.components(separatedBy: "\n"))
        }
    }
}
