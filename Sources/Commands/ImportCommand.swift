// `otatape import`: capture files into the store.

import ArgumentParser
import Pipeline
import Store
import Traffic

struct ImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Import capture files (pcap, pcapng; plain, gzip or zstd) into the store.",
        discussion: """
            Each file becomes a recording; evidence of one upgrade from several files joins one session. The same file \
            is imported once only: a second time it is passed over, and the exit code is 2. What a capture does not \
            hold is counted and said.

            Examples:
              otatape import Captures/*.pcap
              otatape import broker-tap.pcapng device-tap.pcapng --store field.sqlite
              otatape import --no-sessions archive/*.pcap.zst && otatape reindex
            """
    )

    @Argument(help: "Capture files.", completion: .file(extensions: ["pcap", "pcapng", "cap", "gz", "zst"]))
    var files: [String]

    @Flag(
        help: "Keep messages and downloads only; `otatape reindex` derives the sessions, once for many files."
    )
    var noSessions = false

    @OptionGroup var store: StoreOptions

    @OptionGroup(title: "Dialects") var dialects: DialectOptions

    @OptionGroup(title: "Limits") var reading: ReadingLimitOptions

    @OptionGroup(title: "Limits") var sessions: SessionLimitOptions

    func run() async throws {
        let dialects = try dialects.load().dialects
        let opened = try store.openOrCreate()
        let importer = CaptureImport(
            store: opened,
            dialects: dialects,
            reading: reading.limits,
            sessions: sessions.limits,
            derivesSessions: !noSessions
        )
        var isAllWell = true
        for file in files {
            do {
                isAllWell = try await load(file, with: importer) && isAllWell
            } catch let error as StoreError where error.code == .alreadyImported {
                // A folder that is imported every night holds yesterday's files too.
                Console.note("passed over: \(error.message)")
                isAllWell = false
            } catch let error as RunError where error.code == .unreadable {
                Console.note("passed over: \(error.message)")
                isAllWell = false
            }
        }
        Console.note("store: \(opened.path)")
        guard isAllWell else { throw ExitCode(2) }
    }

    /// Imports one file; whether all of it could be read.
    private func load(_ file: String, with importer: CaptureImport) async throws -> Bool {
        var pace = ProgressPace()
        let summary = try await importer.run(path: file) { capture, kept in
            guard pace.isDue() else { return }
            Console.progress("\(file): \(capture.packets) packets, \(kept.messagesKept) messages")
        }
        Console.endProgress()
        report(file, summary)
        return summary.capture.damage == nil
    }

    private func report(_ file: String, _ summary: ImportSummary) {
        let kept = summary.kept
        Console.write(
            "\(TerminalText.escaped(file)): recording \(summary.recordingID), \(summary.capture.packets) packets, "
                + "\(kept.messagesKept) of \(kept.messagesSeen) messages kept"
                + (kept.unreadable > 0 ? " (\(kept.unreadable) unreadable)" : "")
                + ", \(Count.text(kept.transfers, "transfer")); "
                + LossText.summary(summary.capture, kept.losses)
        )
        if let damage = summary.capture.damage { Console.note(damage) }
    }
}
