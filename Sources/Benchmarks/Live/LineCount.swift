// Counts the lines of a file that grows.

import Foundation

/// The lines of a file, counted on from where it was read last.
final class LineCount {
    private let path: String
    private var file: FileHandle?
    private var lines = 0

    init(path: String) {
        self.path = path
    }

    /// Lines that have ended so far.
    func count() throws -> Int {
        if file == nil { file = FileHandle(forReadingAtPath: path) }
        while let part = try file?.read(upToCount: 1 << 20), !part.isEmpty {
            lines += part.count { $0 == 0x0A }
        }
        return lines
    }
}
