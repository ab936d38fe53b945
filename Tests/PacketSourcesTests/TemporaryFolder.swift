// A folder for one test's files.

import Foundation

/// Makes a folder, removed when the test lets go of it.
final class TemporaryFolder {
    private let url = FileManager.default.temporaryDirectory.appending(
        path: "otatape-test-\(UUID().uuidString)"
    )

    init() throws {
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: false)
    }

    deinit {
        try? FileManager.default.removeItem(at: url)
    }

    /// The path of a file in the folder.
    func path(_ name: String) -> String {
        url.appending(path: name).path
    }

    /// Writes a file, and returns its path.
    func file(_ name: String, _ bytes: [UInt8]) throws -> String {
        try Data(bytes).write(to: url.appending(path: name))
        return path(name)
    }
}
