// Where a running recorder says how it is: a small file beside its store.

import Foundation
public import Traffic

/// The file `STORE.status`, replaced as a whole each time.
public struct StatusFile: Sendable {
    /// The file.
    public let path: String
    private let storePath: String

    /// The file beside the store at a path.
    public init(ofStoreAt storePath: String) {
        self.storePath = storePath
        path = storePath + ".status"
    }

    /// Whether a process records into the store now.
    public var isRecorderAlive: Bool { RecorderLock.isHeld(besideStoreAt: storePath) }

    /// The current time, against which a status is held.
    public var now: Timestamp { .now() }

    /// A status as one line of JSON.
    public static func json(_ status: RecordingStatus) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Numbers and texts cannot fail to be encoded.
        return (try? encoder.encode(status)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }

    /// What the recorder said last; `nil` where there is no such file.
    ///
    /// - Throws: `.unreadable` where it holds something else.
    public func read() throws(RunError) -> RecordingStatus? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        do {
            let contents = try Data(contentsOf: URL(filePath: path))
            return try JSONDecoder().decode(RecordingStatus.self, from: contents)
        } catch {
            throw RunError(.unreadable, "\(path) is no status that this otatape can read", cause: error)
        }
    }

    /// Replaces the file, readable by its owner alone; whether that was possible.
    ///
    /// A disk that is full keeps nobody from recording: what was said last then grows old, which says enough.
    @discardableResult
    func write(_ status: RecordingStatus) -> Bool {
        let next = path + ".new"
        let descriptor = open(next, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return false }
        let bytes = Array((Self.json(status) + "\n").utf8)
        let written = bytes.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
        close(descriptor)
        guard written == bytes.count, rename(next, path) == 0 else {
            unlink(next)
            return false
        }
        return true
    }

    /// Removes the file, since nobody records any more.
    func remove() {
        unlink(path)
    }
}
