// Definitions from the program, the user's folder and files: which count, and what is said when one is wrong.

import Dialects
import Foundation
import TestSupport
import Testing

@testable import Pipeline

struct DialectCatalogTests {
    private let scratch = try? ScratchFolder()

    @Test func `adds what the folder and the files define before the built-in dialects`() throws {
        let folder = try folder([
            "b.yaml": Self.yaml("second"), "a.yml": Self.yaml("first"), "notes.txt": "no",
        ])
        let file = try write("mine.yaml", Self.yaml("third"))
        let catalog = try DialectCatalog.load(DialectRequest(files: [file], folder: folder))
        #expect(catalog.entries.prefix(3).map(\.dialect.name) == ["third", "second", "first"])
        #expect(catalog.entries.first?.source == .file(file))
        #expect(catalog.entries.last?.source == .builtIn)
        #expect(catalog.replacements.isEmpty)
        #expect(catalog.dialects.all.count == BuiltInDefinitions.all.count + 3)
    }

    @Test func `replaces a dialect of the same name and says so`() throws {
        let folder = try folder(["a.yaml": Self.yaml("jetlinks", title: "from the folder")])
        let file = try write("mine.yaml", Self.yaml("jetlinks", title: "from the file"))
        let catalog = try DialectCatalog.load(DialectRequest(files: [file], folder: folder))
        #expect(catalog.dialects["jetlinks"]?.title == "from the file")
        #expect(catalog.entries.count == BuiltInDefinitions.all.count)
        try #require(catalog.replacements.count == 2)
        #expect(catalog.replacements[0].contains("built in"))
        #expect(catalog.replacements[1].contains("\(folder)/a.yaml"))
    }

    @Test func `takes a folder that is not there for an empty one`() throws {
        let catalog = try DialectCatalog.load(DialectRequest(folder: "/nonexistent/dialects"))
        #expect(catalog.entries.count == BuiltInDefinitions.all.count)
    }

    @Test func `names file, line, remedy and folder of a definition that is wrong`() throws {
        let folder = try folder(["broken.yaml": "dialect: x\nsubscriptions: [a]\ncolour: red\n"])
        let error = try #require(throws: RunError.self) {
            try DialectCatalog.load(DialectRequest(folder: folder))
        }
        #expect(error.code == .unreadable)
        #expect(error.message.hasPrefix("\(folder)/broken.yaml:3: unknown key `colour`; known here"))
        #expect(error.message.contains("$OTATAPE_DIALECTS"))
    }

    @Test(arguments: [Data([0xFF, 0xFE, 0x00]), Data(count: DefinitionFiles.byteLimit + 1)])
    func `refuses a file that is no text of a definition's size`(bytes: Data) throws {
        let url = try #require(scratch).url.appending(path: "binary.yaml")
        try bytes.write(to: url)
        let error = try #require(throws: RunError.self) {
            try DialectCatalog.load(DialectRequest(files: [url.path]))
        }
        #expect(error.code == .unreadable)
        #expect(error.message.hasPrefix(url.path))
    }

    @Test func `narrows to the dialects that are wanted, and knows which there are`() throws {
        let catalog = try DialectCatalog.load(DialectRequest(only: ["jetlinks"]))
        #expect(catalog.entries.map(\.dialect.name) == ["jetlinks"])
        let error = try #require(throws: RunError.self) {
            try DialectCatalog.load(DialectRequest(only: ["jetlink"]))
        }
        #expect(error.message.contains("iot-cloud-ota, "))
    }

    @Test(
        arguments: [
            (["OTATAPE_DIALECTS": "/a", "HOME": "/h"], "/a"),
            (["XDG_CONFIG_HOME": "/c", "HOME": "/h"], "/c/otatape/dialects"),
            (["OTATAPE_DIALECTS": "", "HOME": "/h"], "/h/.config/otatape/dialects"),
        ] as [([String: String], String)]
    )
    func `finds the user's folder by the environment`(environment: [String: String], folder: String) {
        #expect(DialectRequest.folder(in: environment) == folder)
        #expect(DialectRequest.folder(in: [:]) == nil)
    }

    private func write(_ name: String, _ text: String) throws -> String {
        let url = try #require(scratch).url.appending(path: name)
        try Data(text.utf8).write(to: url)
        return url.path
    }

    private func folder(_ files: [String: String]) throws -> String {
        let folder = try #require(scratch).url.appending(path: "dialects")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for (name, text) in files { try Data(text.utf8).write(to: folder.appending(path: name)) }
        return folder.path
    }

    private static func yaml(_ name: String, title: String = "mine") -> String {
        """
        dialect: \(name)
        title: \(title)
        subscriptions: ["\(name)/+"]
        messages: [{name: m, topic: "\(name)/{device}", direction: up, event: log, fields: {reason: r}}]
        """
    }
}
