// Where the tool prints: results on stdout, what it is doing on stderr.

import Foundation

/// Writes lines as they come.
enum Console {
    /// A line of the result.
    static func write(_ line: String) {
        FileHandle.standardOutput.write(Data((line + "\n").utf8))
    }

    /// A line for whoever waits.
    static func note(_ line: String) {
        FileHandle.standardError.write(Data((line + "\n").utf8))
    }
}
