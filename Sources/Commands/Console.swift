// Where output goes: results to stdout, everything else to stderr.

import Foundation

/// The two streams of a command-line program.
enum Console {
    /// Whether stdout is a terminal: tables and colour are for people only.
    static let isTerminal = isatty(STDOUT_FILENO) == 1

    /// Whether stderr is a terminal: live lines are rewritten only there.
    static let isErrorTerminal = isatty(STDERR_FILENO) == 1

    /// Writes a result.
    static func write(_ text: String, terminator: String = "\n") {
        FileHandle.standardOutput.write(Data((text + terminator).utf8))
    }

    /// Writes a line about what is going on.
    static func note(_ text: String) {
        FileHandle.standardError.write(Data((text + "\n").utf8))
    }

    /// Shows progress: in place on a terminal; elsewhere the caller decides how often a line is worth it.
    static func progress(_ text: String) {
        FileHandle.standardError.write(Data((isErrorTerminal ? "\r\u{1B}[K" + text : text + "\n").utf8))
    }

    /// Ends a line of progress, so that what follows begins on its own line.
    static func endProgress() {
        if isErrorTerminal { FileHandle.standardError.write(Data("\r\u{1B}[K".utf8)) }
    }
}
