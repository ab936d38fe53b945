// Every file imports only what its room may.

import Foundation
import TestSupport
import Testing

@Test(arguments: SourceFile.all(below: "Sources"))
func `imports what the table allows and nothing else`(file: SourceFile) throws {
    let rule = try #require(importTable[file.target], "no row for \(file.target)")
    let strangers = Set(file.imports).subtracting(rule.ours).subtracting(rule.others)
    #expect(strangers.isEmpty, "\(file) imports \(strangers.sorted())")
}

@Test func `allows nothing that nobody imports`() {
    let files = Dictionary(grouping: SourceFile.all(below: "Sources"), by: \.target)
    for (target, rule) in importTable {
        let used = (files[target] ?? []).flatMap(\.imports)
        let idle = rule.ours.union(rule.others).subtracting(used)
        #expect(idle.isEmpty, "nothing in \(target) imports \(idle.sorted())")
    }
}

@Test func `gives each C library and the database one importer`() {
    for file in SourceFile.all(below: "Sources") {
        for module in file.imports {
            let importers = soleImporters[module] ?? [file.target]
            #expect(importers.contains(file.target), "\(file) imports \(module)")
        }
    }
}

@Test func `keeps YAML in the one loading file`() {
    let importers = SourceFile.all(below: "Sources").filter { $0.imports.contains("Yams") }.map(\.path)
    #expect(Set(importers) == soleYamsImporters)
}

@Test func `has a row for every target and no row for none`() {
    let targets = Set(SourceFile.all(below: "Sources").map(\.target))
    #expect(targets == Set(importTable.keys))
}

@Test func `says every target in the README's module table`() throws {
    let readme = try String(contentsOf: Fixtures.root.appending(path: "README.md"), encoding: .utf8)
    for target in importTable.keys {
        #expect(readme.contains("| `\(target)` |"), "README's module table lacks \(target)")
    }
}

/// The pure core, file by file; `…Machine` files outside it are held to the same rule.
private let pureFiles = SourceFile.all(below: "Sources").filter { file in
    ["Traffic", "Wire", "Dialects", "Sessions", "Verdicts"].contains(file.target)
        || file.path.hasSuffix("Machine.swift")
}

@Test(arguments: pureFiles)
func `keeps clocks, files and tasks out of the pure core`(file: SourceFile) {
    let forbidden = ["Foundation", "Glibc", "Logging", "NIOCore", "Dispatch"]
    #expect(Set(file.imports).isDisjoint(with: forbidden))
    for (number, line) in file.lines.enumerated() where !line.drop(while: { $0 == " " }).hasPrefix("//") {
        for word in ["async ", "await ", "Clock.now", "Clock().now", " print("] {
            #expect(!line.contains(word), "\(file):\(number + 1) says \(word)")
        }
    }
}
