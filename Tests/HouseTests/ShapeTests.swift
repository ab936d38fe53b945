// Sizes, names and habits of the house.

import Testing

private let sources = SourceFile.all(below: "Sources")
private let everything = sources + SourceFile.all(below: "Tests")

@Test(arguments: everything)
func `keeps a file within four hundred lines`(file: SourceFile) {
    #expect(file.lines.count <= 400, "\(file) has \(file.lines.count) lines")
}

@Test(arguments: everything)
func `begins with one line that says what the file is`(file: SourceFile) {
    #expect(
        file.lines.first?.hasPrefix("// ") == true,
        "\(file) begins with \(file.lines.first ?? "nothing")"
    )
}

@Test func `names no type after a module`() {
    let modules = Set(importTable.keys)
    for file in sources {
        #expect(modules.isDisjoint(with: file.typeNames), "\(file) declares \(file.typeNames)")
    }
}

@Test func `avoids names that say nothing`() {
    let empty = ["Data", "Info", "Manager", "Helper", "Util", "Handler", "Processor"]
    for file in sources {
        for name in file.typeNames {
            #expect(!empty.contains { name == $0 || name.hasSuffix($0) }, "\(file) declares \(name)")
        }
    }
}

@Test(arguments: everything)
func `never sleeps in a test and never leaves work behind`(file: SourceFile) {
    // Written in halves, so that this file does not find itself.
    let everywhere = ["TO" + "DO", "FIX" + "ME", "fatal" + "Error("]
    let inTests = ["Task.sle" + "ep", "usle" + "ep(", "Thread.sle" + "ep"]
    for (number, line) in file.lines.enumerated() {
        for word in everywhere + (file.path.hasPrefix("Tests/") ? inTests : []) {
            #expect(!line.contains(word), "\(file):\(number + 1) says \(word)")
        }
    }
}

@Test func `leaves unchecked sendability to the two C wrappers`() {
    for file in sources where !["PacketSources", "BrokerLink"].contains(file.target) {
        for (number, line) in file.lines.enumerated() {
            #expect(!line.contains("@unchecked Sendable"), "\(file):\(number + 1)")
            #expect(!line.contains("nonisolated(unsafe)"), "\(file):\(number + 1)")
        }
    }
}

@Test func `keeps functions short: half within eight lines, nine of ten within thirty, none over forty`()
    throws
{
    let lengths = sources.flatMap(\.functionLengths).sorted()
    try #require(lengths.count > 1_000)
    #expect(lengths[lengths.count / 2] <= 8)
    #expect(lengths[lengths.count * 9 / 10] <= 30)
    #expect((lengths.last ?? 0) <= 40)
}

@Test func `keeps files short: half within a hundred and ten lines, nine of ten within three hundred`() {
    let lengths = sources.map(\.lines.count).sorted()
    #expect(lengths[lengths.count / 2] <= 110)
    #expect(lengths[lengths.count * 9 / 10] <= 300)
}
