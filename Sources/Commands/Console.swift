// Where output goes: results to stdout, everything else to stderr.

import Foundation
import Traffic

/// The two streams of a command-line program.
enum Console {
    /// Whether stdout is a terminal: tables and colour are for people only.
    static let isTerminal = isatty(STDOUT_FILENO) == 1

    /// Whether stderr is a terminal: live lines are rewritten only there.
    static let isErrorTerminal = isatty(STDERR_FILENO) == 1

    /// Cells in a line of the terminal that stdout is; `nil` where it is none: what is piped is not laid out for a width.
    static let width: Int? = isTerminal ? width(environment: ProcessInfo.processInfo.environment) : nil

    /// `$COLUMNS`, or what the terminal says. ioctl_tty(2)
    private static func width(environment: [String: String]) -> Int? {
        if let columns = environment["COLUMNS"].flatMap({ Int($0) }), columns > 0 { return columns }
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
        return Int(size.ws_col)
    }

    /// Writes a result; captured text in it must be escaped already.
    ///
    /// A reader that has gone, such as `head`, ends the program quietly; a full disk ends it with 2.
    static func write(_ text: String, terminator: String = "\n") {
        write(bytes: (text + terminator).utf8)
    }

    /// Writes a result as `write` does, for who has more to do than to write; whether that was possible.
    static func offer(_ text: String) -> Bool {
        (try? FileHandle.standardOutput.write(contentsOf: Data((text + "\n").utf8))) != nil
    }

    /// Writes lines that are bytes already, line ends included.
    static func write(bytes: some Collection<UInt8>) {
        guard !bytes.isEmpty else { return }
        do {
            try FileHandle.standardOutput.write(contentsOf: Data(bytes))
        } catch {
            let isGone = errno == EPIPE
            if !isGone { note("otatape: the output cannot be written: \(error.localizedDescription)") }
            exit(isGone ? 0 : 2)
        }
    }

    /// Writes a line about what is going on; captured text in it is escaped, credentials are masked.
    static func note(_ text: String) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let safe = lines.map { TerminalText.escaped(Secrets.masked(String($0))) }.joined(separator: "\n")
        // Where even stderr is closed there is nobody left to tell.
        try? FileHandle.standardError.write(contentsOf: Data((safe + "\n").utf8))
    }

    /// Shows progress: in place on a terminal; elsewhere the caller decides how often a line is worth it.
    static func progress(_ text: String) {
        let safe = TerminalText.escaped(Secrets.masked(text))
        let line = isErrorTerminal ? "\r\u{1B}[K" + safe : safe + "\n"
        try? FileHandle.standardError.write(contentsOf: Data(line.utf8))
    }

    /// Ends a line of progress, so that what follows begins on its own line.
    static func endProgress() {
        if isErrorTerminal { try? FileHandle.standardError.write(contentsOf: Data("\r\u{1B}[K".utf8)) }
    }
}
