// Where tests find captures: the project's own, and the shared corpus when it is there.

public import Foundation

/// Folders that tests read from.
public enum Fixtures {
    /// The project's root folder.
    public static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// The captures that our own programs produced.
    public static var captures: URL { root.appending(path: "Captures") }

    /// The capture files in that folder, sorted by name.
    public static var projectCaptures: [URL] {
        let files = try? FileManager.default.contentsOfDirectory(
            at: captures,
            includingPropertiesForKeys: nil
        )
        return (files ?? []).filter { $0.pathExtension == "pcap" }.sorted { $0.path < $1.path }
    }

    /// The independent corpus beside the project; `nil` where it is not.
    public static var corpus: URL? {
        let folder = root.appending(path: "../shared/corpus").standardizedFileURL
        return FileManager.default.fileExists(atPath: folder.path) ? folder : nil
    }
}
