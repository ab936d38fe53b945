// The folder that benchmarks work in.

import Foundation
import TestSupport
import Testing

@testable import Benchmarks

@Test func `leaves nothing behind, not even what an interrupted run left`() throws {
    let folder = try ScratchFolder()
    // No process has this number: Linux gives out at most 4 194 304.
    let left = folder.url.appending(path: "run-4194305")
    let others = folder.url.appending(path: "notes")
    for url in [left, others] {
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }
    var workplace: Workplace? = try Workplace(otatape: "/bin/sh", folder: folder.url.path)
    try Data("x".utf8).write(to: URL(filePath: try #require(workplace).path("a.txt")))
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path).count == 2)
    workplace = nil
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["notes"])
}

@Test func `says how to get the program that it would measure`() throws {
    let folder = try ScratchFolder()
    let error = #expect(throws: ToolError.self) {
        _ = try Workplace(otatape: folder.path("otatape"), folder: folder.url.path)
    }
    #expect(error?.description.contains("make build") == true)
}
