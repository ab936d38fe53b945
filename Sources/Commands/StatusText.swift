// `otatape record --status`: how the recorder of a store is.

import ArgumentParser
import Foundation
import Pipeline
import Traffic

/// Says how a recorder is, to people and programs.
enum StatusText {
    /// Prints what the recorder of the store at `path` said last; leaves with 1 when it is not well.
    static func show(storePath path: String, as format: OperationOptions.Format) throws {
        let file = StatusFile(ofStoreAt: path)
        let isAlive = file.isRecorderAlive
        guard let status = try file.read() else {
            if format == .prometheus { Console.write(MetricsText.down, terminator: "") }
            guard isAlive || FileManager.default.fileExists(atPath: path) else {
                Console.note("there is no store at \(path); name another with --store or OTATAPE_STORE")
                throw ExitCode(1)
            }
            Console.note(
                isAlive
                    ? "a process records or imports into \(path), and has not said how it is yet"
                    : "no process records into \(path)"
            )
            throw ExitCode(1)
        }
        let complaints = status.complaints(at: file.now, isAlive: isAlive)
        switch format {
        case .text: Console.write(page(status, complaints))
        case .json, .jsonl: Console.write(StatusFile.json(status))
        case .prometheus:
            Console.write(MetricsText.text(status, isWell: complaints.isEmpty), terminator: "")
        }
        guard complaints.isEmpty else {
            for complaint in complaints { Console.note(complaint) }
            throw ExitCode(1)
        }
    }

    private static func page(_ status: RecordingStatus, _ complaints: [String]) -> String {
        let age = Int(max(0, status.updatedAt - status.startedAt))
        var lines = [
            complaints.isEmpty ? "well" : "not well",
            "process \(status.pid), otatape \(status.version), for \(age) s: "
                + status.sources.map(shown).joined(separator: ", "),
        ]
        for figure in RecordingStatus.Figure.allCases {
            lines.append("  \(figure.rawValue) \(number(status[figure]))")
        }
        for (kind, count) in status.losses.sorted(by: { $0.key < $1.key }) where count > 0 {
            lines.append("  lost: \(kind) \(count)")
        }
        if let failure = status.lastFailure {
            let words = [failure.device, failure.command, failure.cause].map(shown)
            lines.append("  last failure: " + words.joined(separator: " "))
        }
        return lines.joined(separator: "\n")
    }

    private static func shown(_ text: String) -> String { TerminalText.escaped(Secrets.masked(text)) }

    private static func number(_ value: Double) -> String {
        value == value.rounded() ? "\(Int64(value))" : "\(value)"
    }
}
